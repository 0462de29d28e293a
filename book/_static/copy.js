/* A button on each listing that copies its code; of what was typed at a
 * terminal the commands alone, without prompts and without what they print.
 * Dimmed lines of context are not part of what a listing shows.
 */
(function () {
  "use strict";

  const PROMPT = /^[$>] /;
  const ICON =
    '<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" ' +
    'stroke="currentColor" stroke-width="1.6">' +
    '<rect x="8.5" y="8.5" width="11" height="12" rx="2"/>' +
    '<path d="M15.5 8.5v-3a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h2"' +
    "/>" +
    "</svg>";

  function textOf(pre) {
    const copy = pre.cloneNode(true);
    copy.querySelectorAll(".dim, .linenos").forEach((part) => part.remove());
    const lines = copy.textContent.trimEnd().split("\n");
    if (!pre.querySelector(".gp")) return lines.join("\n");
    return lines.filter((line) => PROMPT.test(line))
      .map((line) => line.replace(PROMPT, "")).join("\n");
  }

  /** For pages from a server without https, where there is no clipboard. */
  function copyBySelection(text) {
    const box = document.createElement("textarea");
    box.className = "spoken";
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      copyBySelection(text);
    }
  }

  function addButton(block) {
    const pre = block.querySelector("pre");
    if (!pre) return;
    const button = document.createElement("button");
    const label = document.createElement("span");
    button.type = "button";
    button.className = "copybtn";
    button.innerHTML = ICON;
    label.className = "spoken";
    label.setAttribute("aria-live", "polite");
    label.textContent = "Copy";
    button.append(label);
    button.addEventListener("click", async () => {
      await copy(textOf(pre));
      label.textContent = "Copied";
      button.classList.add("copied");
      button.addEventListener("blur", () => {
        label.textContent = "Copy";
        button.classList.remove("copied");
      }, { once: true });
    });
    block.append(button);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document
      .querySelectorAll("article .highlight:not(.source-listing)")
      .forEach(addButton);
  });
})();
