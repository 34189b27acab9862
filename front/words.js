// The sentences of the scripts for reading, in the page's language: src/pages/shell/reading.rs. Nothing where there is
// nothing to read with their help.
export const words = document.querySelector("template[data-live=reading]")?.dataset;
