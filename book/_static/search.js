// Results that lead home, read well, and need no server. The index is offline_search.py's.

// To quote a result its whole page is fetched: so only the best are quoted, and none where
// the pages are files, which may not be fetched.
let quotes = location.protocol === "file:" ? 0 : 5;
Object.defineProperty(DOCUMENTATION_OPTIONS, "SHOW_SEARCH_SUMMARY", { get: () => quotes-- > 0 });

// Of a term or a function, quote what is said of it.
const fullText = Search.htmlToText;
Search.htmlToText = (html, anchor) => fullText(
  html, anchor && anchor.replace(/#(.*)/, `:is([id="$1"]:not(dt), dt[id="$1"] ~ dd)`));

// ---- words: as offline_search.py reads them -----------------------------------------

const silent = new Set(stopwords);
const stemmer = new Stemmer();
const spell = (word) => Search._index.spelling.reduce(
  (text, [pattern, letters]) => text.replace(new RegExp(pattern, "g"), letters),
  word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase());
const stem = (word) => stemmer.stemWord(spell(word));
const known = (word) => Object.hasOwn(Search._index.terms, word);
const pieces = (text) => (text.match(/\d+\.\d+|[\p{L}\p{N}][\p{L}\p{N}_]*/gu) ?? [])
  .map((word) => word.split(/_+|(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).filter(Boolean));
const said = (word) => !silent.has(spell(word)) && !/^\d+$/.test(word) && word.length > 1;
const wordsOf = (text) => pieces(text).flat().filter(said).map(stem);

// One word may be two that somebody wrote, and two may be one: logloss, soft max.
const halves = (word) => {
  for (let cut = word.length - 3; cut > 2; cut--) {
    const two = [word.slice(0, cut), word.slice(cut)].map(stem);
    if (two.every(known)) return two;
  }
  return [stem(word)];
};
const readings = (query) => {
  const code = pieces(query).flatMap((parts) =>
    [parts.join("_"), parts.join("")].map(stem).filter((name) => parts.length > 1 && known(name)));
  const words = pieces(query).flat().filter(said);
  const stems = words.map(stem);
  const joined = words.slice(1).map((word, i) =>
    [...stems.slice(0, i), stem(words[i] + word), ...stems.slice(i + 2)]);
  return [code, stems, words.flatMap(halves), ...joined.filter((reading) => reading.every(known))]
    .filter((reading) => reading.length);
};

// ---- weights ------------------------------------------------------------------------

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

const rank = (words, { pages, places, goals, terms }) => {
  const found = new Map(); // place: how often it has each word
  const weights = words.map((word, i) => {
    const postings = known(word) ? [[word, 1]] : Object.keys(terms)
      .filter((term) => word.length > 3 && term.startsWith(word)).map((term) => [term, 0.5]);
    const where = new Set();
    for (const [term, like] of postings) {
      let place = 0;
      for (const code of terms[term]) {
        place += Math.floor(code / 10);
        const here = found.get(place) ?? found.set(place, words.map(() => 0)).get(place);
        here[i] = Math.max(here[i], like * (code % 10));
        where.add(places[place][0]);
      }
    }
    return where.size ? Math.log(1 + pages.length / where.size) : 3;
  });
  // All words count: what lacks some of them weighs little.
  const score = (counts, half) => {
    const has = sum(weights.filter((_, i) => counts[i])) / sum(weights);
    return has ** 3 * sum(weights.map((weight, i) => weight * counts[i] / (counts[i] + half)));
  };
  // How far the query is a name: 1 if it is all of it, 0 if neither is in the other.
  const share = (name, reverse) => {
    const [query, all] = [words, name].map((list) => ` ${list.join(" ")} `);
    if (all.includes(query)) return words.length / name.length;
    if (words.every((word) => name.includes(word))) return 0.8 * words.length / name.length;
    if (!reverse || !name.length || !query.includes(all)) return 0;
    return sum(weights.filter((_, i) => name.includes(words[i]))) / sum(weights);
  };
  const named = new Map(); // place: how far the query is its name
  const best = pages.map(() => ({ score: 0 }));
  const onPage = pages.map(() => words.map(() => 0));
  const title = pages.map(() => 0);
  places.forEach(([page, anchor, ...names], place) => {
    const explains = pages[page][2] > 0.6;
    const part = Math.max(...names.map((name) => share(name, explains)));
    const name = (where, much) => named.set(where, Math.max(named.get(where) ?? 0, much));
    if (!part) return;
    if (!anchor) title[page] = part;
    name(place, goals[place] ? 0.8 * part : part);
    // Where the term is explained: where several places are, most fully in the last.
    for (const goal of goals[place] ?? []) name(goal, goal === goals[place].at(-1) ? part : 0.9 * part);
  });
  places.forEach(([page, , ...names], place) => {
    const counts = (found.get(place) ?? words.map(() => 0)).map((count, i) =>
      count + 6 * names.some((name) => name.includes(words[i])));
    counts.forEach((count, i) => (onPage[page][i] += count));
    const total = score(counts, 2) + 20 * (named.get(place) ?? 0) ** 2;
    if (total > best[page].score) best[page] = { score: total, place };
  });
  return best.map(({ score: top, place }, page) => {
    const about = title[page] && 6 + 6 * title[page];
    return { place, score: pages[page][2] * (top + about + 2 * score(onPage[page], 20)) };
  });
};

const functionNamed = (query, index) => {
  const [, name, call] = query.trim().match(/^([\w.]+)(\(\))?$/) ?? [];
  if (!name || !(call || /[._]/.test(name))) return -1;
  return index.places.findIndex(([, anchor]) =>
    anchor.startsWith("bcelib.") && `.${anchor}`.endsWith(`.${name}`));
};

Search._performSearch = (query) => {
  const index = Search._index;
  if (!index.ready) {
    index.ready = true;
    for (const place of index.places)
      for (let i = 2; i < place.length; i++) {
        const text = place[i];
        place[i] = wordsOf(text);
        place[i].code = text;
      }
  }
  const results = index.pages.map(() => ({ score: 0 }));
  for (const words of readings(query))
    rank(words, index).forEach((result, page) => {
      if (result.score > results[page].score) results[page] = result;
    });
  const asked = functionNamed(query, index);
  if (asked >= 0) results[index.places[asked][0]] = { place: asked, score: 1e3 };
  const top = Math.max(...results.map(({ score }) => score));
  // The page of results takes the last one first.
  return results.filter(({ score }) => score > top / 20).sort((a, b) => a.score - b.score)
    .map(({ place, score }) => {
      const [page, anchor, name] = index.places[place];
      const [docname, title] = index.pages[page];
      const heading = anchor ? `${title} > ${name.code}` : title;
      const escaped = heading.replace(/&/g, "&amp;").replace(/</g, "&lt;"); // becomes HTML
      return [docname, escaped, anchor && `#${anchor}`, null, score, docname];
    });
};
