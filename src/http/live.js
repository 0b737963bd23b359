// The pages work without this. With it, the newest page says when there is more, and j and k walk the list.
"use strict";
(() => {
  const live = document.getElementById("live");
  const query = new URLSearchParams(location.search);
  if (live && !query.has("before") && !query.has("after")) {
    for (const [name, value] of [...query]) if (!value || name === "limit") query.delete(name);
    query.set("after", live.dataset.after);
    let events;
    const follow = () => {
      let count = 0;
      events = new EventSource("/events?" + query);
      events.onmessage = () => {
        count += 1;
        const link = document.createElement("a");
        link.href = location.href;
        link.textContent = count === 1 ? "1 new change" : count + " new changes";
        live.replaceChildren(link);
        live.hidden = false;
      };
    };
    // A tab that nobody looks at holds no connection.
    document.addEventListener("visibilitychange", () => {
      events?.close();
      if (!document.hidden) follow();
    });
    if (!document.hidden) follow();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const follow = (selector) => document.querySelector(selector)?.click();
    const items = [...document.querySelectorAll("a.what")];
    const at = items.indexOf(document.activeElement);
    const keys = {
      j: () => items[Math.min(at + 1, items.length - 1)]?.focus(),
      k: () => items[Math.max(at - 1, 0)]?.focus(),
      n: () => follow("a[rel=next]"),
      p: () => follow("a[rel=prev]"),
      "/": () => document.querySelector(".filter input")?.focus(),
    };
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
})();
