// Makes plain HTML a little handier. Everything here works without it, or is not there without it.
//
// A page loads it when something on it says `data-live`. One file a thing; each looks for its own marks in the page and does
// nothing when there are none. What only members have a use for is in member.js. Sentences come from the server, in data
// attributes.

import "./press.js";
import "./toast.js";
import "./countdown.js";
import "./code.js";
import "./contents.js";
import "./notes.js";
import "./share.js";

// Only where somebody waits for a payment.
if (document.querySelector("[data-live=paying], [data-live=bridge]")) import("./paying.js");
