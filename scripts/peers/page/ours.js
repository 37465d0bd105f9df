// Our training workers in a page that shows nothing. web/pool.js and web/session.js are loaded before this script.
window.bench = ({ questions, ...options }) => (questions ? askWorker(location.href, questions).then((answers) => ({ answers })) : measureWorkers(location.href, options));
