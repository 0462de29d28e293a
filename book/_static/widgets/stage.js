/* An <svg> that shows one drawing after the other and moves what stays. */
(function () {
  "use strict";
  const Strata = window.Strata;
  const NARROW = 480; // pixels; below, drawings use their layout for phones

  const svgElement = (tag) =>
    document.createElementNS("http://www.w3.org/2000/svg", tag);

  Strata.Stage = class {
    constructor(host, label) {
      this.svg = svgElement("svg");
      this.svg.setAttribute("role", "img");
      this.svg.setAttribute("aria-label", label);
      this.svg.classList.add("stage", "drawn");
      this.fixed = svgElement("g");
      this.moving = svgElement("g");
      this.svg.append(this.fixed, this.moving);
      this.kept = new Map();
      this.draw = null;
      this.narrow = host.clientWidth < NARROW;
      this.size = { width: 0, height: 0 };
      host.append(this.svg);
      this.followWidthOf(host);
    }

    followWidthOf(host) {
      new ResizeObserver(() => {
        const narrow = host.clientWidth < NARROW;
        if (narrow === this.narrow || !this.draw) return;
        this.narrow = narrow;
        this.clear();
        this.show(this.draw);
      }).observe(host);
    }

    /** Forgets the last drawing: nothing of it moves into the next one. */
    clear() {
      this.kept.forEach(({ group }) => group.remove());
      this.kept.clear();
      this.size = { width: 0, height: 0 };
    }

    /** Reserves room for all drawings of a run: the page stands still. */
    reserve(draws) {
      for (const draw of draws) {
        const { width, height } = draw(this.narrow);
        this.size.width = Math.max(this.size.width, width);
        this.size.height = Math.max(this.size.height, height);
      }
    }

    /** Shows what `draw(narrow)` returns. */
    show(draw) {
      this.draw = draw;
      this.reserve([draw]);
      const drawing = draw(this.narrow);
      const { width, height } = this.size;
      this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      this.svg.style.maxWidth = width * 1.15 + "px";
      const [moving, fixed] = split(drawing.shapes);
      this.fixed.innerHTML = fixed.map(Strata.shapeMarkup).join("");
      this.move(moving);
    }

    move(shapes) {
      const seen = new Set(shapes.map((shape) => String(shape.key)));
      for (const [key, { group }] of this.kept) {
        if (seen.has(key)) continue;
        group.remove();
        this.kept.delete(key);
      }
      shapes.forEach((shape) => this.place(shape));
    }

    place(shape) {
      const key = String(shape.key);
      const kept = this.kept.get(key) || { group: svgElement("g"), inside: "" };
      const [x, y] = Strata.placeOf(shape);
      const inside = Strata.insideOf(shape);
      kept.group.style.transform = `translate(${x}px, ${y}px)`;
      kept.group.setAttribute("class", "moves " + (shape.css || ""));
      if (kept.inside !== inside) kept.group.innerHTML = inside;
      if (!this.kept.has(key)) this.moving.append(kept.group);
      kept.inside = inside;
      this.kept.set(key, kept);
    }
  };

  function split(shapes) {
    const moves = (shape) => shape.key != null;
    return [shapes.filter(moves), shapes.filter((shape) => !moves(shape))];
  }
})();
