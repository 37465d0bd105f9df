// The address of a page by itself follows the run on screen: loaded again, or put away by the browser to save memory and brought
// back, it makes the same run, and what stands in the bar can be kept and passed on.
'use strict';

// link(): the address of the run on screen, with a language that was chosen and the equations that are shown, empty where there is none;
// state(): the page's, in which workspace and figure say what is looked at.
function createAddress({ link, state }) {
  const look = ['speed', 'workers', 'theme', 'locale', 'text-size', 'panels', 'hide', 'embed', 'autoplay', 'allowed-origin', 'version'];
  const begun = new URL(location.href), { workspace, figure } = state(), first = { workspace, figure };
  if (begun.searchParams.has('lesson')) first.workspace = 'lessons';  // one of one's own is still on its way
  // What the reader sets of the page itself, in the address's words.
  const chosen = ({ theme, textSize, settings }) => ({ theme: ['system', 'light', 'dark'][theme], 'text-size': textSize, speed: settings.speed, workers: settings.workers });
  const atFirst = chosen(state());
  // What the first address showed beside the run is kept as long as the reader stays there.
  function stays(name, there) {
    if (look.includes(name)) return true;
    if (there.workspace !== first.workspace) return false;
    return name === 'figure' ? there.figure === first.figure : /^(workspace|lesson)$/.test(name);
  }
  let known = JSON.stringify([link(), atFirst]);

  function follow() {
    const now = link(), there = state(), has = chosen(there), told = JSON.stringify([now, has]);
    if (told === known || !now) return;
    known = told;
    const url = new URL(now), run = new Set(url.searchParams.keys());
    for (const [name, value] of begun.searchParams) if (stays(name, there) && !run.has(name)) url.searchParams.append(name, value);
    // Speed and workers belong to who looks: they stand in an address that had them, and in no other.
    for (const name in has) if (has[name] !== atFirst[name] && (begun.searchParams.has(name) || !['speed', 'workers'].includes(name))) url.searchParams.set(name, has[name]);
    try {
      history.replaceState(history.state, '', url.href.replace(/%2C/g, ',') + begun.hash);
    } catch { /* this page may not change its address, or has changed it too often */ }
  }

  return { follow };
}
