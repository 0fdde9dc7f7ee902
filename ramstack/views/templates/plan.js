"use strict";
(() => {
  // Everything is read from the page: no plan ever becomes script. `#q=word` opens the page with a filter.
  document.documentElement.classList.add("js");
  const box = document.getElementById("filter");
  if (!box) return;
  const count = document.getElementById("count");
  const none = document.getElementById("none");
  const fold = document.getElementById("fold");
  const chips = [...document.querySelectorAll(".chip[data-of]")];
  const blocks = [...document.querySelectorAll(".block")].map((element) => ({
    element,
    text: element.textContent.toLowerCase(),
    actions: element.dataset.actions.split(" "),
    risks: element.dataset.risks.split(" "),
  }));

  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const pressed = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true");
    let shown = 0;
    for (const block of blocks) {
      const fits =
        words.every((word) => block.text.includes(word)) &&
        (!pressed.length || pressed.some((chip) => block[chip.dataset.of].includes(chip.dataset.value)));
      block.element.hidden = !fits;
      shown += fits;
    }
    count.textContent = shown === blocks.length ? "" : `${shown} of ${blocks.length}`;
    none.hidden = shown > 0;
  };

  const unfold = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.classList.contains("block")) {
      target.open = true;
      target.hidden = false;
      target.scrollIntoView();
    }
  };

  const label = () => {
    fold.textContent = blocks.every((block) => block.element.open) ? "close all" : "open all";
  };

  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", chip.getAttribute("aria-pressed") !== "true");
      filter();
    });
  }
  fold.addEventListener("click", () => {
    const open = fold.textContent === "open all";
    for (const block of blocks) block.element.open = open;
    label();
  });
  box.addEventListener("input", filter);
  addEventListener("hashchange", unfold);
  box.value = new URLSearchParams(location.hash.slice(1)).get("q") || box.value;
  filter();
  label();
  unfold();
})();
