/* Small comforts of every page. Nothing is lost without them. */
(function () {
  "use strict";

  const SCROLLERS = "article pre, article .table-wrapper, .drawing-frame, " +
                    ".math-block";

  /** What scrolls sideways must be in reach of the keyboard, else not. */
  function reachScrollers() {
    document.querySelectorAll(SCROLLERS).forEach((box) => {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }

  /** A link to something that is folded away opens the fold. */
  function openTarget() {
    let id = "";
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return; // not an address of ours
    }
    const target = id && document.getElementById(id);
    if (!target) return;
    const folds = [];
    for (let fold = target.closest("details"); fold;
         fold = fold.parentElement.closest("details")) {
      folds.push(fold);
    }
    if (folds.every((fold) => fold.open)) return;
    folds.forEach((fold) => { fold.open = true; });
    target.scrollIntoView();
  }

  /** Paper shows what was folded, for browsers whose CSS cannot do it. */
  function openForPrint() {
    const folds = document.querySelectorAll("article details:not([open])");
    folds.forEach((fold) => { fold.open = true; });
    window.addEventListener("afterprint", () => {
      folds.forEach((fold) => { fold.open = false; });
    }, { once: true });
  }

  document.addEventListener("DOMContentLoaded", () => {
    reachScrollers();
    openTarget();
    document.fonts.ready.then(reachScrollers);
  });
  window.addEventListener("resize", reachScrollers);
  window.addEventListener("hashchange", openTarget);
  window.addEventListener("beforeprint", openForPrint);
  // A <pre> inside a fold has no width before it opens.
  document.addEventListener("toggle", reachScrollers, true);
})();
