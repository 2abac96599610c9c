// Chapters, transcript and share link that work with the page's own <audio>. Without this file the page
// is a page: text to read and a player to hear.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  document.documentElement.classList.add("js-on");
  for (const part of all(".js")) part.hidden = false;

  // ---- copying an address

  for (const button of all("[data-copy]")) {
    const said = button.textContent;
    button.addEventListener("click", async () => {
      const field = one(button.dataset.copy);
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        document.execCommand("copy"); // where the page is not served over https
      }
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = said; }, 2000);
    });
  }

  // ---- the quiz: judged here, and told to nobody

  const quiz = one("quiz-form");
  if (quiz) {
    quiz.addEventListener("submit", (event) => {
      event.preventDefault();
      const sets = all("fieldset", quiz);
      let score = 0;
      for (const set of sets) {
        const chosen = all("input:checked", set).map((input) => input.value).join(" ");
        const right = chosen === set.dataset.right;
        const verdict = set.querySelector(".verdict");
        verdict.textContent = right ? quiz.dataset.right : quiz.dataset.wrong;
        verdict.className = `verdict ${right ? "right" : "wrong"}`;
        verdict.hidden = chosen === "";
        if (right) set.querySelector("details").open = true;
        score += right;
      }
      one("score").textContent = quiz.dataset.score.replace("{n}", score).replace("{of}", sets.length);
    });
    quiz.addEventListener("input", (event) => {
      event.target.closest("fieldset").querySelector(".verdict").hidden = true;
    });
  }

  const audio = one("audio");
  if (!audio) return;
  // As written these open the sound at their time, for who has no script.
  for (const link of all("a[data-moment]")) link.href = `#t=${link.dataset.moment}`;

  // ---- times

  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  };
  // "#t=12:30", "#t=1:02:03", "#t=750.5" and "#t=750.5,800", as media fragments are written
  const timeIn = (hash) => {
    const found = /[#&]t=(?:npt:)?((?:\d+:){0,2}\d+(?:\.\d+)?)(?:,|&|$)/.exec(hash);
    return found ? found[1].split(":").reduce((sum, part) => sum * 60 + Number(part), 0) : null;
  };
  const play = () => { const promise = audio.play(); if (promise) promise.catch(() => {}); };
  const seek = (seconds, playing) => {
    audio.currentTime = seconds;
    if (playing) play();
    show();
  };
  const fromAddress = (playing) => {
    const at = timeIn(location.hash);
    if (at !== null) seek(at, playing);
  };

  // ---- what is said now

  const chapters = all(".chapters a[data-t]"), cues = all(".words span[data-t]");
  const starts = (elements) => elements.map((element) => Number(element.dataset.t));
  const chapterStarts = starts(chapters), cueStarts = starts(cues);
  const lastBefore = (times, at) => {
    let low = 0, high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] <= at + 0.05) low = middle + 1; else high = middle;
    }
    return low - 1;
  };
  let chapter = -1, cue = -1, leftAlone = 0;

  const inView = (element) => {
    const box = element.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  };
  const follow = one("follow"), words = one("words");
  const followTo = (element) => {
    if (!follow || !follow.checked || audio.paused || Date.now() < leftAlone || !inView(words)) return;
    element.scrollIntoView({ block: "center" });
  };
  for (const act of ["wheel", "touchmove", "keydown"]) {
    addEventListener(act, () => { leftAlone = Date.now() + 4000; }, { passive: true });
  }

  const show = () => {
    const at = audio.currentTime;
    const c = lastBefore(chapterStarts, at), w = lastBefore(cueStarts, at);
    if (c !== chapter) {
      if (chapters[chapter]) chapters[chapter].removeAttribute("aria-current");
      if (chapters[c]) chapters[c].setAttribute("aria-current", "true");
      one("chapter").textContent = chapters[c] ? chapters[c].lastElementChild.textContent : "";
      chapter = c;
    }
    if (w !== cue) {
      if (cues[cue]) cues[cue].classList.remove("now");
      if (cues[w]) { cues[w].classList.add("now"); followTo(cues[w]); }
      cue = w;
    }
    share();
  };

  // ---- going somewhere

  addEventListener("click", (event) => {
    const link = event.target.closest("a[data-t]");
    const spoken = event.target.closest(".words span[data-t]");
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      history.replaceState(null, "", link.getAttribute("href"));
      seek(Number(link.dataset.t), true);
    } else if (spoken && String(getSelection()) === "") {
      seek(Number(spoken.dataset.t), true);
    }
  });
  for (const button of all("[data-skip]")) {
    button.addEventListener("click", () => {
      const last = Number.isFinite(audio.duration) ? audio.duration : Infinity;
      seek(Math.min(last, Math.max(0, audio.currentTime + Number(button.dataset.skip))), false);
    });
  }
  const speed = one("speed"), kept = "lornpod-speed";
  const remembered = (() => { try { return localStorage.getItem(kept); } catch { return null; } })();
  if (remembered && all("option", speed).some((option) => option.value === remembered)) speed.value = remembered;
  const setSpeed = () => { audio.defaultPlaybackRate = audio.playbackRate = Number(speed.value); };
  speed.addEventListener("change", () => {
    setSpeed();
    try { localStorage.setItem(kept, speed.value); } catch { /* a private window keeps nothing */ }
  });
  setSpeed();

  // ---- sharing

  const address = one("address"), from = one("from");
  const plain = address.value;
  const share = () => {
    const at = clock(audio.currentTime);
    from.nextElementSibling.textContent = from.dataset.text.replace("{time}", at);
    const wanted = from.checked ? `${plain}#t=${at}` : plain;
    if (address.value !== wanted) address.value = wanted;
  };
  from.addEventListener("change", share);
  const send = one("send");
  if (navigator.share) {
    send.hidden = false;
    send.addEventListener("click", () => {
      navigator.share({ title: document.title, url: address.value }).catch(() => {}); // left off
    });
  }

  // ---- what a locked phone and the keys of a headset show and do (W3C Media Session)

  if ("mediaSession" in navigator) {
    const said = (selector) => all(selector).map((element) => element.textContent).join(", ");
    const picture = audio.dataset.picture;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: said("h1"),
      artist: said(".people b"),
      album: audio.dataset.show,
      artwork: picture ? [{ src: new URL(picture, location.href).href }] : [],
    });
    const skip = (seconds) => () => seek(Math.max(0, audio.currentTime + seconds), false);
    const chapterBy = (step) => () => {
      const next = chapters[Math.max(0, lastBefore(chapterStarts, audio.currentTime) + step)];
      if (next) seek(Number(next.dataset.t), true);
    };
    const acts = { seekbackward: skip(-15), seekforward: skip(30) };
    if (chapters.length) Object.assign(acts, { previoustrack: chapterBy(-1), nexttrack: chapterBy(1) });
    for (const [act, done] of Object.entries(acts)) {
      try { navigator.mediaSession.setActionHandler(act, done); } catch { /* an act that it does not know */ }
    }
  }

  audio.addEventListener("timeupdate", show);
  audio.addEventListener("seeking", show);
  addEventListener("hashchange", () => fromAddress(true));
  fromAddress(false);
  show();

  // ---- searching the transcript

  const find = one("find");
  if (!find) return;
  const form = find.form, found = one("found");
  let marks = [], at = -1;

  const unmark = () => {
    for (const mark of marks) {
      const parent = mark.parentNode;
      mark.replaceWith(...mark.childNodes);
      parent.normalize();
    }
    marks = [];
    at = -1;
  };
  const folded = (text) => text.toLowerCase();
  const markAll = (sought) => {
    const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) if (!walker.currentNode.parentNode.closest(".time")) texts.push(walker.currentNode);
    for (let text of texts) {
      let place;
      while ((place = folded(text.data).indexOf(sought)) >= 0) {
        const hit = text.splitText(place);
        text = hit.splitText(sought.length);
        const mark = document.createElement("mark");
        hit.replaceWith(mark);
        mark.append(hit);
        marks.push(mark);
      }
    }
  };
  const step = (by) => {
    if (!marks.length) return;
    if (marks[at]) marks[at].classList.remove("at");
    at = (at + by + marks.length) % marks.length;
    marks[at].classList.add("at");
    marks[at].scrollIntoView({ block: "center" });
    found.textContent = form.dataset.found.replace("{at}", at + 1).replace("{n}", marks.length);
  };
  const search = () => {
    unmark();
    const sought = folded(find.value.trim());
    found.textContent = "";
    if (sought.length < 2) return;
    markAll(sought);
    found.textContent = marks.length ? form.dataset.matches.replace("{n}", marks.length) : form.dataset.none;
  };
  find.addEventListener("input", search);
  form.addEventListener("submit", (event) => { event.preventDefault(); step(1); });
  one("back").addEventListener("click", () => step(-1));
})();
