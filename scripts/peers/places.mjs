// Where things are: this folder, the project, its builds, and the folder for what is made while comparing.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.join(here, '..', '..');
export const modules = path.join(here, 'node_modules');
export const nativeBuild = process.env.LADDER_NATIVE_BUILD || path.join(root, 'build', 'native');
export const webBuild = process.env.LADDER_BUILD || path.join(root, 'build', 'web');
export const made = path.join(root, 'build', 'peers');
export const fixtureOf = (batch) => path.join(made, `minimal-${batch}.safetensors`);
