// The address of a page by itself follows the run on screen: loaded again, or put away by the browser to save memory and brought
// back, it makes the same run, and what stands in the bar can be kept and passed on.
'use strict';

// link(): the address of the run on screen, empty where there is none; state(): the page's, in which workspace and figure say what is looked at.
function createAddress({ link, state }) {
  const look = ['speed', 'workers', 'theme', 'locale', 'text-size', 'panels', 'hide', 'embed', 'autoplay', 'allowed-origin', 'version'];
  const begun = new URL(location.href), { workspace, figure } = state(), first = { workspace, figure };
  if (begun.searchParams.has('lesson')) first.workspace = 'lessons';  // one of one's own is still on its way
  // What the first address showed beside the run is kept as long as the reader stays there.
  function stays(name, there) {
    if (look.includes(name)) return true;
    if (there.workspace !== first.workspace) return false;
    return name === 'figure' ? there.figure === first.figure : /^(workspace|lesson)$/.test(name) || name.startsWith('flow-');
  }
  let known = link();

  function follow() {
    const now = link();
    if (now === known || !now) return;
    known = now;
    const url = new URL(now), run = new Set(url.searchParams.keys()), there = state();
    for (const [name, value] of begun.searchParams) if (stays(name, there) && !run.has(name)) url.searchParams.append(name, value);
    try {
      history.replaceState(history.state, '', url.href.replace(/%2C/g, ',') + begun.hash);
    } catch { /* this page may not change its address, or has changed it too often */ }
  }

  return { follow };
}
