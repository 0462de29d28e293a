/* Draws a channel: who waits to receive, the buffer, who waits to send.
 *
 * State: {"capacity": 2, "buffer": ["20"], "receivers": ["G4"],
 *         "senders": [{"g": "G1", "value": "40"}], "hot": ["G4"]}
 * Hot are goroutines and values.
 */
(function () {
  "use strict";
  const { box, text } = window.Strata;

  const ROW = 74;

  function drawWaiters(waiters, x, y, step, hot) {
    if (waiters.length === 0) return [text(x, y + 25, "nobody", "note")];
    return waiters.map((waiter, place) => {
      const g = waiter.g || waiter;
      const label = waiter.value == null ? g : `${g}: ${waiter.value}`;
      const isHot = hot.has(g) || hot.has(waiter.value);
      const css = "token wait" + (isHot ? " hot" : "");
      return box(x + place * step, y, step - 8, 38, { css, label, key: g });
    });
  }

  function drawBuffer(state, x, y, step, hot) {
    const shapes = [];
    const cells = Math.max(state.capacity, state.buffer.length);
    for (let slot = 0; slot < cells; slot += 1) {
      shapes.push(box(x + slot * step, y, step - 8, 38, { css: "cell" }));
      const label = state.buffer[slot];
      if (label == null) continue;
      const css = "token" + (hot.has(label) ? " hot" : "");
      const place = [x + slot * step + 4, y + 4, step - 16, 30];
      shapes.push(box(...place, { css, label, key: `value ${label}` }));
    }
    if (cells === 0) shapes.push(text(x, y + 25, "no buffer", "note"));
    return shapes;
  }

  const NEEDS = ["capacity", "buffer", "receivers", "senders"];
  window.Strata.drawing("channel", NEEDS, (state, narrow) => {
    const width = narrow ? 340 : 610;
    const left = narrow ? 0 : 130;
    const longest = Math.max(
      state.capacity,
      state.receivers.length,
      state.buffer.length,
      state.senders.length,
      3
    );
    const step = Math.min(96, (width - left) / longest);
    const hot = new Set(state.hot || []);
    const shapes = [];
    ["wait to receive", "buffer", "wait to send"].forEach((title, row) => {
      const y = (narrow ? 26 : 10) + row * ROW;
      shapes.push(text(0, narrow ? y - 8 : y + 25, title, "strong"));
      if (row === 0)
        shapes.push(...drawWaiters(state.receivers, left, y, step, hot));
      if (row === 1) shapes.push(...drawBuffer(state, left, y, step, hot));
      if (row === 2)
        shapes.push(...drawWaiters(state.senders, left, y, step, hot));
    });
    return { width, height: 2 * ROW + (narrow ? 70 : 56), shapes };
  });
})();
