/* Predict boxes: commit to a guess first, then see what happens.
 *
 * Without this script the answer is a plain <details>. With it, a box that
 * has choices keeps its answer away until one is chosen. Who opens the answer
 * has committed: it begins with the guess, which cannot be changed any more.
 */
(function () {
  "use strict";

  function guessLine(choices, chosen) {
    const line = document.createElement("p");
    const right = choices.find((input) => {
      return input.closest("label").dataset.right === "1";
    });
    const label = chosen.closest("label").querySelector(".choice-text");
    const guess = label.textContent.trim().replace(/\.$/, "");
    let text = `Your guess: ${guess}.`;
    if (right) text += chosen === right ? " It holds." : " It does not hold.";
    line.className = "your-guess";
    line.textContent = text;
    return line;
  }

  function start(box) {
    const reveal = box.querySelector("details.reveal");
    const choices = [...box.querySelectorAll(".choices input")];
    if (!reveal || choices.length === 0) return;
    const chosen = () => choices.find((input) => input.checked);
    let committed = false;
    reveal.hidden = !chosen();

    choices.forEach((input) => input.addEventListener("change", () => {
      reveal.hidden = false;
    }));
    reveal.addEventListener("toggle", () => {
      if (committed || !reveal.open || !chosen()) return;
      committed = true;
      choices.forEach((input) => { input.disabled = !input.checked; });
      reveal.querySelector(".fold-body")
        .prepend(guessLine(choices, chosen()));
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".predict").forEach(start);
  });
})();
