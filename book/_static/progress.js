// What was read and chosen stays in this browser; nobody is told. Without it all pages work.
{
  const KEY = "bce-reading"; // {read: {chapter: 1}, chosen: {chapter: [words]}, last: [address, title]}
  const load = () => ({ read: {}, chosen: {}, ...JSON.parse(localStorage.getItem(KEY)) });
  const keep = (change) => {
    const kept = load(); // another tab may have written
    change(kept);
    localStorage.setItem(KEY, JSON.stringify(kept));
  };
  const note = (place, words) => place.insertAdjacentHTML("beforeend", ` <small class="kept noprint">${words}</small>`);
  const nameOf = (link) => link?.getAttribute("href").match(/^(\d\d_\w+)\.html/)?.[1];
  const chapter = location.pathname.match(/\/book\/(\d\d_\w+)\.html$/)?.[1];
  const start = document.querySelector(".start");
  if (chapter) {
    const title = document.querySelector("h1").firstChild.textContent;
    const end = document.querySelector(".prev-next-area"), next = end.querySelector("[rel=next]");
    new IntersectionObserver(([{ isIntersecting }]) =>
      isIntersecting && keep(({ read }) => (read[chapter] = 1))).observe(end);
    const stop = () => keep((kept) => {
      const isAbove = (element, line) => element.getBoundingClientRect().top < line;
      const sections = [...document.querySelectorAll("section[id]:has(> h2)")];
      const here = sections.filter((section) => isAbove(section, innerHeight / 2)).at(-1);
      kept.last = !isAbove(end, innerHeight) ? [`${chapter}.html#${here?.id ?? ""}`, title]
        : nameOf(next) && [next.getAttribute("href"), next.querySelector(".prev-next-title").textContent];
    });
    let waiting = setTimeout(stop, 300);
    addEventListener("scroll", () => (clearTimeout(waiting), waiting = setTimeout(stop, 300)));
    // A run of folds of which one says "Yes" is a question that answers back.
    const rights = [...document.querySelectorAll("article details > summary + p")]
      .filter((reason) => /^Yes\b/.test(reason.textContent)).map((reason) => reason.parentElement);
    for (const [k, right] of rights.entries()) {
      const options = [right], group = document.createElement("div");
      for (let fold = right; (fold = fold.previousElementSibling)?.matches("details");) options.unshift(fold);
      for (let fold = right; (fold = fold.nextElementSibling)?.matches("details");) options.push(fold);
      options[0].before(group);
      let question = group.previousElementSibling; // or before a plot
      while (!question.matches("p:has(> strong)")) question = question.previousElementSibling;
      question.id = `question-${k}`;
      group.className = "question";
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", question.id);
      group.innerHTML = `<p class="noprint" role="status"></p>`;
      group.prepend(...options);
      for (const option of options) {
        const summary = option.firstElementChild, text = document.createElement("span");
        text.append(...summary.childNodes);
        summary.append(text);
        const answer = text.textContent, words = `${k}: ${answer}`;
        if (load().chosen[chapter]?.includes(words)) note(text, "chosen before");
        summary.addEventListener("click", () => {
          if (option.open) return;
          const [sign, verdict] = option === right ? ["✓", "right"] : ["✗", "not right"];
          text.querySelector(".kept")?.remove();
          note(text, `<span aria-hidden="true">${sign}</span> ${verdict}`);
          option.className = option === right ? "right" : "wrong";
          group.lastElementChild.textContent = `${answer}: ${verdict}`;
          keep(({ chosen }) => (chosen[chapter] = [...new Set(chosen[chapter]).add(words)]));
        });
      }
    }
  } else if (start && localStorage.getItem(KEY)) {
    const { read, last } = load();
    for (const link of document.querySelectorAll(".bd-article li a:first-child"))
      if (read[nameOf(link)]) note(link.parentElement, "✓ read");
    start.insertAdjacentHTML("afterend", `<p class="kept noprint"><span hidden>Continue with <a></a>. </span><button type="button">Forget what I read</button> It is kept in this browser alone.</p>`);
    const [link, forget] = start.nextElementSibling.querySelectorAll("a, button");
    if (last) Object.assign(link, { href: last[0], textContent: last[1] }).parentElement.hidden = false;
    forget.addEventListener("click", () => {
      localStorage.removeItem(KEY);
      for (const kept of document.querySelectorAll(".kept")) kept.remove();
    });
  }
}
