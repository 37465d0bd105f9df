// What a lecture can do with the element: start it, stop it, and say in the text what happens in it.
const ladder = document.querySelector('attention-ladder'), said = document.getElementById('said');
document.getElementById('play').onclick = () => ladder.play();
document.getElementById('pause').onclick = () => ladder.pause();
ladder.addEventListener('ready', () => { said.textContent = 'Training.'; });
ladder.addEventListener('rung', ({ detail }) => { said.textContent = `Rung ${detail.rung} of ${detail.rungs} at step ${detail.step}.`; });
ladder.addEventListener('finished', ({ detail }) => { said.textContent = `Finished at step ${detail.step}.`; });
