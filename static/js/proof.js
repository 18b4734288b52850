/* A proof of work for a form under attack, loaded only where a letter asks for it: fetches a puzzle when somebody
   begins to type, lets workers solve it, and holds the form back until they have. Whatever fails, the form is sent. */
"use strict";

(() => {
  const PATIENCE = 30000;
  const WORKERS = Math.max(1, Math.min(4, navigator.hardwareConcurrency || 1));

  function solved(challenge, address) {
    return new Promise((resolve) => {
      const workers = Array.from({ length: WORKERS }, () => new Worker(address));
      const end = (solution) => {
        workers.forEach((worker) => worker.terminate());
        resolve(solution);
      };
      setTimeout(end, PATIENCE, null);
      workers.forEach((worker, start) => {
        worker.onmessage = ({ data }) => { if (data && !data.error) end(data); };
        worker.onerror = () => end(null);
        worker.postMessage({ type: "work", challenge, counterStart: start, counterStep: WORKERS });
      });
    });
  }

  async function work(field) {
    const answer = await fetch(field.dataset.proof, { credentials: "omit", cache: "no-store" });
    const challenge = await answer.json();
    const solution = await solved(challenge, field.dataset.worker);
    if (solution) field.value = btoa(JSON.stringify({ challenge, solution }));
  }

  for (const field of document.querySelectorAll("[data-proof]")) {
    const { form } = field;
    const words = form.querySelector("[data-proof-words]");
    let going = null;
    const begin = () => { going = going || work(field).catch(() => null).then(() => { field.dataset.done = "1"; }); };
    form.addEventListener("focusin", begin, { once: true });
    form.addEventListener("submit", (event) => {
      if (field.dataset.done || event.submitter?.hasAttribute("formaction")) return;
      event.preventDefault();
      words.textContent = words.dataset.proofWords;
      begin();
      going.then(() => form.requestSubmit(event.submitter));
    });
  }
})();
