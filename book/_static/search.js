// Results that work without a server, and read well.

// A page opened as a file may not fetch the pages that the summaries quote.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// A formula is in the page twice, for the eye and for the screen reader: quote it once.
const fullText = Search.htmlToText;
Search.htmlToText = (html, anchor) =>
  fullText(html.replace(/<span class="katex-mathml">.*?<\/span>/gs, ""), anchor);
