// Types of <attention-ladder>: importing the package defines the element.

export type LadderPanel = 'chain' | 'attention' | 'ladder' | 'curves';
export type LadderState = 'starting' | 'running' | 'paused' | 'finished' | 'diverged' | 'failed';

export interface LadderEvent { ladder: 1; type: string }
export interface LadderReady extends LadderEvent { type: 'ready'; versions: number[]; origins: string[] }
export interface LadderLoad extends LadderEvent { type: 'load'; step: 0; preset: string; seed: number; rungs: number; stopAt: number }
export interface LadderStep extends LadderEvent {
  type: 'step'; step: number; rung: number; rungs: number; height: number; phase: 'undecided' | 'competitive' | 'cooperative';
  specialisation: number; trainLoss: number | null; validationLoss: number | null; excess: number | null; kl: (number | null)[];
}
export interface LadderRung extends LadderEvent { type: 'rung'; step: number; rung: number; from: number | null; rungs: number }
export interface LadderStage extends LadderEvent { type: 'stage'; step: number; stage: number; rung: number; span: number | null }
export interface LadderFinished extends LadderEvent { type: 'finished'; step: number; rung: number | null; reached: number[] }
export interface LadderError extends LadderEvent { type: 'error'; id: string | number | null; code: string; message: string; step?: number }
export interface LadderResize extends LadderEvent { type: 'resize'; width: number; height: number }
export interface LadderAnswer extends LadderEvent { type: 'answer'; id: string | number | null; value?: unknown; text?: string; url?: string; step?: number }

export interface LadderEventMap {
  ready: CustomEvent<LadderReady>; load: CustomEvent<LadderLoad>; step: CustomEvent<LadderStep>; rung: CustomEvent<LadderRung>;
  stage: CustomEvent<LadderStage>; finished: CustomEvent<LadderFinished>; error: CustomEvent<LadderError>; resize: CustomEvent<LadderResize>;
}

export class AttentionLadderElement extends HTMLElement {
  /** Address of the page, ".../index.html"; by default beside the script. */
  src: string | null;
  poster: string | null;
  preset: string | null;
  seed: string | number | null;
  autoplay: string | boolean | null;
  speed: string | number | null;
  stopAt: string | number | null;
  step: string | number | null;
  theme: 'system' | 'light' | 'dark' | null;
  textSize: string | number | null;
  locale: string | null;
  hide: string | null;
  panels: string | null;
  lesson: string | null;
  workspace: 'run' | 'lessons' | 'paper' | 'theory' | null;
  figure: string | null;
  readonly address: string;
  load(): void;
  unload(): void;
  command(type: string, fields?: Record<string, unknown>): Promise<LadderAnswer>;
  play(): Promise<LadderAnswer>;
  pause(): Promise<LadderAnswer>;
  stepOnce(): Promise<LadderAnswer>;
  reset(seed?: string | number | null): Promise<LadderAnswer>;
  set(settings: Record<string, unknown>): Promise<LadderAnswer>;
  get(what?: 'state' | 'settings' | 'presets' | 'controls' | 'lessons' | 'heads' | 'figures' | 'theory' | 'sweep'): Promise<any>;
  seek(step: string | number): Promise<LadderAnswer>;
  export(format: 'csv' | 'json' | 'png' | 'link' | 'command' | 'svg' | 'history' | 'settings' | 'report' | 'safetensors'): Promise<string>;
  addEventListener<K extends keyof LadderEventMap>(type: K, listener: (this: AttentionLadderElement, event: LadderEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap { 'attention-ladder': AttentionLadderElement }
}
