/* Multiple-choice questions: check, read the remarks, try again.
 *
 * The page is complete without this script: each remark is a <details> below
 * its option. The script hides the remarks, adds a button and shows those of
 * the chosen options. Which options are right is no secret; the point is to
 * decide before one looks.
 */
(function () {
  "use strict";

  const TRY_AGAIN = "Not yet. Read the remark and choose again.";

  function button(text, type) {
    const result = document.createElement("button");
    result.type = type;
    result.className = type === "submit" ? "primary" : "";
    result.textContent = text;
    return result;
  }

  /** One option: its input, its remark, and whether it is right. */
  function readOption(box) {
    const remark = box.querySelector("details.remark");
    remark.hidden = true;
    remark.open = true;
    remark.querySelector("summary").hidden = true;
    return {
      box,
      remark,
      input: box.querySelector("input"),
      right: box.dataset.right === "1",
    };
  }

  function showVerdict(option) {
    const chosen = option.input.checked;
    option.box.classList.toggle("good", chosen && option.right);
    option.box.classList.toggle("bad", chosen && !option.right);
    option.remark.hidden = !chosen;
  }

  function clear(option) {
    option.input.checked = false;
    option.box.classList.remove("good", "bad");
    option.remark.hidden = true;
  }

  /** The verdict in words; right options that were left out count. */
  function verdict(options) {
    const chosen = options.filter((option) => option.input.checked);
    if (chosen.length === 0) return "Choose an answer first.";
    if (options.every((option) => option.input.checked === option.right)) {
      return "Right.";
    }
    const allRight = chosen.every((option) => option.right);
    return allRight ? "Right so far, but there is more." : TRY_AGAIN;
  }

  /** What a screen reader hears beside the verdict. */
  function spokenRemarks(options) {
    const texts = options
      .filter((option) => option.input.checked)
      .map((option) => option.remark.querySelector("p").textContent);
    const spoken = document.createElement("span");
    spoken.className = "spoken";
    spoken.textContent = " " + texts.join(" ");
    return spoken;
  }

  function start(form) {
    const options = [...form.querySelectorAll(".quiz-option")].map(readOption);
    const foot = document.createElement("p");
    const output = document.createElement("output");
    const again = button("Try again", "button");
    foot.className = "quiz-foot";
    again.hidden = true;
    output.setAttribute("aria-live", "polite");
    foot.append(button("Check", "submit"), again, output);
    form.append(foot);

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      options.forEach(showVerdict);
      const said = verdict(options);
      output.replaceChildren(said, spokenRemarks(options));
      again.hidden = !options.some((option) => option.input.checked);
      form.classList.toggle("solved", said === "Right.");
    });
    again.addEventListener("click", () => {
      options.forEach(clear);
      output.textContent = "";
      again.hidden = true;
      form.classList.remove("solved");
      options[0].input.focus();
    });
    // Paper has no buttons: all remarks are printed.
    window.addEventListener("beforeprint", () => {
      options.forEach((option) => { option.remark.hidden = false; });
    });
    window.addEventListener("afterprint", () => {
      options.forEach((option) => {
        const shown = option.box.matches(".good, .bad");
        option.remark.hidden = !shown;
      });
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form.quiz").forEach(start);
  });
})();
