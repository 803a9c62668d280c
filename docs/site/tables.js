// Tables that are wider than the screen scroll; the theme wraps them, and the keyboard must reach what scrolls.
document$.subscribe(() => {
  for (const wrap of document.querySelectorAll(".md-typeset__scrollwrap")) wrap.tabIndex = 0;
});
