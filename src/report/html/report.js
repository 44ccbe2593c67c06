"use strict";
// The page is complete without this script, but for the list of items. Nothing here makes markup
// out of data: every text goes in by textContent, every style by a property.
(() => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;

  // ---- Light and dark -------------------------------------------------------------------------
  const theme = $("theme");
  if (theme) {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
    const label = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
    theme.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      label();
    });
    system.addEventListener("change", label);
    label();
    theme.hidden = false;
  }

  // What is folded is printed too.
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details:not([open])")) {
      one.dataset.folded = "";
      one.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const one of document.querySelectorAll("details[data-folded]")) {
      one.open = false;
      delete one.dataset.folded;
    }
  });

  if (!$("list") || typeof DecompressionStream !== "function") return;

  // ---- Unpacking ------------------------------------------------------------------------------
  // Seven bits a character; see `items/seven.rs`, which writes them.
  const KEPT_OUT = [0, 7, 8, 10, 11, 12, 13, 14, 15, 26, 27, 60, 38, 127];
  const sevens = (text, nBytes) => {
    const bytes = new Uint8Array(nBytes);
    let bits = 0, held = 0, at = 0;
    const push = (group) => {
      bits = (bits << 7) | group;
      held += 7;
      if (held >= 8) {
        held -= 8;
        if (at < nBytes) bytes[at++] = bits >> held;
        bits &= (1 << held) - 1;
      }
    };
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 10) continue;
      if (code >= 256) {
        push(KEPT_OUT[(code - 256) >> 7]);
        push((code - 256) & 127);
      } else push(code);
    }
    return bytes;
  };

  const inflate = async (element) => {
    const bytes = sevens(element.textContent, Number(element.dataset.bytes));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };

  // Long repetitions; see `items/copies.rs`.
  const withoutCopies = (bytes) => {
    let out = new Uint8Array(4 * bytes.length + 64), n = 0, at = 0;
    const number = () => {
      let value = 0, shift = 1, byte;
      do {
        byte = bytes[at++];
        value += (byte & 127) * shift;
        shift *= 128;
      } while (byte > 127);
      return value;
    };
    const room = (more) => {
      if (n + more <= out.length) return;
      const larger = new Uint8Array(2 * (n + more));
      larger.set(out.subarray(0, n));
      out = larger;
    };
    while (at < bytes.length) {
      const byte = bytes[at++];
      const length = byte === 0x1f ? number() : 0;
      room(Math.max(length, 1));
      if (length === 0) out[n++] = byte;
      else {
        // A copy may take from what it writes itself.
        for (let from = number(), end = n + length; n < end; n++, from++) out[n] = out[from];
      }
    }
    return out.subarray(0, n);
  };

  // Words as codes; see `items/words.rs`. Gives each text to `take` with the place of its item.
  const unpackVolume = async (element, take) => {
    const bytes = withoutCopies(await inflate(element));
    const utf8 = new TextDecoder();
    let at = bytes.indexOf(0);
    const words = utf8.decode(bytes.subarray(0, at)).split("\n").slice(0, -1);
    const asBytes = words.map((word) => Uint8Array.from(word, (c) => c.charCodeAt(0)));
    const stepsEnd = bytes.indexOf(0, at + 1);
    const steps = utf8.decode(bytes.subarray(at + 1, stepsEnd)).split(",").map(Number);
    at = stepsEnd + 1;
    let out = new Uint8Array(1 << 16), n = 0, item = 0;
    const room = (more) => {
      if (n + more <= out.length) return;
      const larger = new Uint8Array(2 * (n + more));
      larger.set(out.subarray(0, n));
      out = larger;
    };
    for (const step of steps) {
      item += step;
      n = 0;
      for (let byte = bytes[at++]; byte !== 0 && byte !== undefined; byte = bytes[at++]) {
        if (byte === 1) {
          const length = bytes[at++];
          room(length);
          out.set(bytes.subarray(at, at + length), n);
          at += length;
          n += length;
        } else if (byte < 128) {
          room(1);
          out[n++] = byte;
        } else {
          const code = byte < 224 ? byte - 128 : 96 + (byte - 224) * 128 + bytes[at++] - 128;
          const word = asBytes[code];
          room(word.length);
          out.set(word, n);
          n += word.length;
        }
      }
      take(item, utf8.decode(out.subarray(0, n)));
    }
  };

  const unpackAll = async (name, into) => {
    for (let volume = 0, element; (element = $(`packed-${name}-${volume}`)); volume++) {
      await unpackVolume(element, (item, text) => { into[item] = text; });
      // The packed form is no longer needed.
      element.remove();
      await new Promise((resume) => setTimeout(resume));
    }
    return into;
  };

  // ---- The items ------------------------------------------------------------------------------
  const ROW = 34;
  // Rows drawn above and below those in sight, and so many letters of a text: more has no room.
  const SPARE = 10;
  // New ones are drawn when no more than so many are left.
  const NEAR = 3;
  const BRIEF = 120;
  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  const start = async () => {
    const data = JSON.parse(new TextDecoder().decode(await inflate($("packed-columns"))));
    const nItems = data.ids.length;
    for (const column of data.slices.concat(data.telemetry)) {
      if (!column.cells) continue;
      const places = new Map();
      column.of = column.cells.map((cell) => {
        if (cell === null) return -1;
        if (!places.has(cell)) places.set(cell, places.size);
        return places.get(cell);
      });
      column.values = [...places.keys()];
    }
    const texts = new Array(nItems);
    const said = data.reports.map(() => ({ candidate: [], baseline: [] }));
    const state = { report: 0, shown: [], opened: -1 };
    let textsReady = false;

    const report = () => data.reports[state.report];
    const labelOf = (side, item) => {
      const at = side.labels[item];
      return at < 0 ? "" : report().labels[at];
    };
    const referenceOf = (item) => {
      const at = report().reference[item];
      return at < 0 ? "" : report().labels[at];
    };
    const hidden = data.reports.map((of) => new Set(of.hidden));
    const outcomeOf = (side, item) => {
      const at = side.outcomes[item];
      if (at < 0) return hidden[state.report].has(item) ? "hidden" : "unasked";
      return data.outcomes[at].replace("_", " ");
    };
    const answerOf = (side, item) => labelOf(side, item) || outcomeOf(side, item);
    const isWrong = (item) => {
      const of = report();
      return of.judged && of.reference[item] >= 0 && of.candidate.outcomes[item] >= 0 &&
        of.reference[item] !== of.candidate.labels[item];
    };
    const isChanged = (item) => {
      const { candidate, baseline } = report();
      return baseline !== null && candidate.outcomes[item] >= 0 && baseline.outcomes[item] >= 0 &&
        (candidate.labels[item] !== baseline.labels[item] ||
          candidate.outcomes[item] !== baseline.outcomes[item]);
    };

    // ---- Filters ----
    const fill = (select, any, options) => {
      select.replaceChildren(new Option(any, ""));
      for (const [value, text] of options) select.append(new Option(text, value));
    };
    const MANY = 80;
    // What the report hides cannot be had by counting rows.
    const fillLeftOut = (of) => {
      const n = new Set([...of.hidden, ...data.unsliced]).size;
      const parts = [];
      if (of.hidden.length) parts.push(`the labels of ${of.hidden.length}`);
      if (data.unsliced.length) parts.push(`a slice of ${data.unsliced.length}`);
      $("left-out").textContent = `Something is left out of ${n} items (${parts.join(", ")}), ` +
        "because this page hides how many are like them.";
      $("left-out").hidden = n === 0;
    };
    const fillLabels = () => {
      const of = report();
      // Numbers are too many to choose from.
      const labels = of.labels.length > MANY ? [] : of.labels.map((label, at) => [String(at), label]);
      fill($("reference"), "any", labels.concat([["-1", "none"]]));
      fill($("candidate"), "any", labels.concat([["-1", "no label"]]));
      fill($("baseline"), "any", labels.concat([["-1", "no label"]]));
      $("baseline-field").hidden = of.baseline === null;
      $("changed-field").hidden = of.baseline === null;
      $("wrong-field").hidden = !of.judged;
      const used = new Set(of.candidate.outcomes);
      const outcomes = data.outcomes.map((name, at) => [String(at), name.replace("_", " ")]);
      fillLeftOut(of);
      fill($("outcome"), "any", outcomes.concat([["-1", "unasked"]])
        .filter(([at]) => used.has(Number(at))));
    };
    fill($("report"), "", []);
    $("report").replaceChildren(...data.reports.map((of, at) => new Option(of.named, String(at))));
    $("report-field").hidden = data.reports.length < 2;
    const sliceSelects = data.slices.map((slice) => {
      const label = make("label", `${slice.name} `);
      const select = document.createElement("select");
      fill(select, "any", slice.values.map((value, at) => [String(at), value])
        .sort((one, other) => one[1].localeCompare(other[1])));
      label.append(select);
      label.hidden = slice.values.length === 0;
      $("slices").append(label);
      return select;
    });

    const escapeExpression = (text) => text.replace(/[.*+?^${}()|[\]\\\/-]/g, "\\$&");
    const apply = (keepsScroll) => {
      const of = report();
      const wanted = (select) => (select.value === "" ? null : Number(select.value));
      const [reference, candidate, baseline, outcome] =
        ["reference", "candidate", "baseline", "outcome"].map((id) => wanted($(id)));
      const slices = sliceSelects.map(wanted);
      const wrong = $("wrong").checked && of.judged;
      const changed = $("changed").checked && of.baseline !== null;
      const sought = $("search").value.trim();
      const finds = sought && new RegExp(escapeExpression(sought), "iu");
      const { candidate: saidByCandidate, baseline: saidByBaseline } = said[state.report];
      const shown = [];
      for (let item = 0; item < nItems; item++) {
        if (reference !== null && of.reference[item] !== reference) continue;
        if (candidate !== null && of.candidate.labels[item] !== candidate) continue;
        if (baseline !== null && of.baseline && of.baseline.labels[item] !== baseline) continue;
        if (outcome !== null && of.candidate.outcomes[item] !== outcome) continue;
        if (wrong && !isWrong(item)) continue;
        if (changed && !isChanged(item)) continue;
        if (slices.some((value, at) => value !== null && data.slices[at].of[item] !== value)) continue;
        if (finds && !finds.test(data.ids[item]) && !finds.test(referenceOf(item)) &&
          !finds.test(answerOf(of.candidate, item)) &&
          !(of.baseline && finds.test(answerOf(of.baseline, item))) &&
          !finds.test(saidByCandidate[item] || "") && !finds.test(saidByBaseline[item] || "") &&
          !finds.test(texts[item] || "")) continue;
        shown.push(item);
      }
      state.shown = shown;
      const waits = finds && !textsReady ? " (texts are still being unpacked)" : "";
      $("count").textContent = `${shown.length} of ${nItems} items${waits}`;
      if (!keepsScroll) $("rows").scrollTop = 0;
      draw(true);
    };

    // ---- Rows: only those in sight are in the document ----
    const hasTexts = $("packed-texts-0") !== null;
    const saidWhy = data.reports.map((_, at) => $(`packed-candidate-${at}-0`) !== null);
    const saysWhy = () => saidWhy[state.report];
    const heads = () => {
      const of = report();
      const hasLong = of.labels.some((label) => label.length > 18);
      const names = ["id", "reference", ...(of.baseline ? ["baseline"] : []), "candidate",
        ...(saysWhy() ? ["rationale"] : []), ...(hasTexts ? ["text"] : []), ...(data.telemetry.length ? ["telemetry"] : [])];
      $("rows").classList.toggle("wide", hasTexts);
      $("row-heads").replaceChildren(...names.map((name) => {
        const head = make("th", name, `c-${name}`);
        head.scope = "col";
        if (hasLong && ["reference", "baseline", "candidate"].includes(name)) head.classList.add("long");
        return head;
      }));
      return names;
    };
    const brief = (item) => {
      const parts = [];
      for (const column of data.telemetry) {
        const value = column.of[item] < 0 ? "" : column.values[column.of[item]];
        if (value !== "" && value !== "0") parts.push(`${column.name} ${value}`);
        if (parts.length === 6) break;
      }
      return parts.join(", ");
    };
    const answerCell = (side, item) => {
      const cell = document.createElement("td");
      const label = labelOf(side, item);
      if (!label) {
        cell.append(make("em", outcomeOf(side, item)));
        return cell;
      }
      const wrong = report().judged && report().reference[item] >= 0 &&
        report().reference[item] !== side.labels[item];
      if (wrong) cell.append(make("span", "✗ ", "wrong-sign"));
      cell.append(label);
      if (wrong) cell.append(make("span", " (wrong)", "unseen"));
      return cell;
    };
    const row = (place) => {
      const item = state.shown[place];
      const of = report();
      const tr = document.createElement("tr");
      tr.setAttribute("aria-rowindex", String(place + 2));
      const id = document.createElement("th");
      id.scope = "row";
      const button = make("button", data.ids[item]);
      button.type = "button";
      button.dataset.place = String(place);
      id.append(button);
      tr.append(id, make("td", referenceOf(item)));
      if (of.baseline) tr.append(answerCell(of.baseline, item));
      tr.append(answerCell(of.candidate, item));
      if (saysWhy()) tr.append(make("td", (said[state.report].candidate[item] || "").slice(0, BRIEF)));
      if (hasTexts) tr.append(make("td", (texts[item] || "").slice(0, BRIEF)));
      if (data.telemetry.length) tr.append(make("td", brief(item)));
      return tr;
    };
    let drawn = [-1, -1];
    // Rows that stay in sight while scrolling are not made again.
    let kept = new Map();
    const draw = (force) => {
      const box = $("rows");
      const n = state.shown.length;
      // The box may still be as low as the few rows it held before.
      const height = Math.max(box.clientHeight, 0.75 * innerHeight);
      const top = Math.floor(box.scrollTop / ROW);
      const bottom = top + Math.ceil(height / ROW);
      // A few rows further on, what is drawn will do.
      if (!force && drawn[0] <= Math.max(0, top - NEAR) && drawn[1] >= Math.min(n, bottom + NEAR)) return;
      const first = Math.max(0, top - SPARE);
      const last = Math.min(n, bottom + SPARE);
      drawn = [first, last];
      const focused = document.activeElement?.dataset?.place;
      const space = (rows) => {
        const tr = make("tr", undefined, "space");
        tr.setAttribute("aria-hidden", "true");
        const td = document.createElement("td");
        td.colSpan = $("row-heads").childElementCount;
        td.style.height = `${rows * ROW}px`;
        tr.append(td);
        return tr;
      };
      const before = force ? new Map() : kept;
      kept = new Map();
      const rows = [space(first)];
      for (let place = first; place < last; place++) {
        const one = before.get(place) || row(place);
        kept.set(place, one);
        rows.push(one);
      }
      rows.push(space(n - last));
      $("row-body").replaceChildren(...rows);
      box.querySelector("table").setAttribute("aria-rowcount", String(n + 1));
      if (focused !== undefined) {
        $("row-body").querySelector(`[data-place="${Number(focused)}"]`)?.focus({ preventScroll: true });
      }
    };
    let waiting = false;
    $("rows").addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; draw(false); });
    }, { passive: true });
    addEventListener("resize", () => draw(true));

    const goTo = (place) => {
      const box = $("rows");
      const at = Math.max(0, Math.min(state.shown.length - 1, place));
      const top = at * ROW;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + 2 * ROW > box.scrollTop + box.clientHeight) {
        box.scrollTop = top - box.clientHeight + 2 * ROW;
      }
      draw(true);
      $("row-body").querySelector(`[data-place="${at}"]`)?.focus({ preventScroll: true });
    };
    $("row-body").addEventListener("keydown", (event) => {
      const place = Number(event.target.dataset?.place);
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
      if (step === undefined || Number.isNaN(place)) return;
      event.preventDefault();
      goTo(place + step);
    });
    $("row-body").addEventListener("click", (event) => {
      const button = event.target.closest("tr")?.querySelector("button");
      if (button) openDetail(Number(button.dataset.place));
    });

    // ---- One item ----
    const facts = (pairs) => {
      const list = make("dl", undefined, "facts");
      for (const [name, value] of pairs) {
        const pair = document.createElement("div");
        pair.append(make("dt", name), make("dd", value));
        list.append(pair);
      }
      return list;
    };
    const why = (side, item) => (side.whys.find(([at]) => at === item) || [])[1];
    const openDetail = (place) => {
      const item = state.shown[place];
      if (item === undefined) return;
      state.opened = place;
      const of = report();
      const body = $("detail-body");
      $("detail-title").textContent = data.ids[item];
      const labels = [["reference", referenceOf(item) || "none"]];
      for (const name of ["baseline", "candidate"]) {
        const side = of[name];
        if (!side) continue;
        const reason = why(side, item);
        labels.push([name, answerOf(side, item) + (reason ? `: ${reason}` : "")]);
        const rationale = said[state.report][name][item];
        if (rationale) labels.push([`${name}'s rationale`, rationale]);
      }
      const others = [];
      for (const slice of data.slices) {
        if (slice.of[item] >= 0) others.push([slice.name, slice.values[slice.of[item]]]);
      }
      for (const column of data.telemetry) {
        if (column.of[item] >= 0) others.push([column.name, column.values[column.of[item]]]);
      }
      body.replaceChildren(facts(labels));
      if (texts[item] !== undefined) {
        body.append(make("h4", "Text"), make("pre", texts[item]));
      } else if (!textsReady) body.append(make("p", "The text is still being unpacked."));
      if (others.length) body.append(make("h4", "Telemetry and slices"), facts(others));
      body.scrollTop = 0;
      $("detail-before").disabled = place === 0;
      $("detail-after").disabled = place + 1 >= state.shown.length;
      if (!$("detail").open) $("detail").showModal();
    };
    // What was unpacked meanwhile.
    const refresh = () => { if ($("detail").open) openDetail(state.opened); };
    $("detail-close").addEventListener("click", () => $("detail").close());
    $("detail-before").addEventListener("click", () => openDetail(state.opened - 1));
    $("detail-after").addEventListener("click", () => openDetail(state.opened + 1));
    $("detail").addEventListener("click", (event) => {
      if (event.target === $("detail")) $("detail").close();
    });
    $("detail").addEventListener("close", () => goTo(state.opened));

    // ---- Choosing ----
    const choose = async (at) => {
      state.report = at;
      $("report").value = String(at);
      fillLabels();
      heads();
      apply(false);
      for (const side of ["candidate", "baseline"]) {
        await unpackAll(`${side}-${at}`, said[at][side]);
      }
      if (state.report === at) apply(true);
      refresh();
    };
    $("filters").addEventListener("submit", (event) => event.preventDefault());
    $("filters").addEventListener("change", (event) => {
      if (event.target.id === "report") choose(Number(event.target.value));
      else apply(false);
    });
    let typing = 0;
    $("search").addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => apply(false), 120);
    });
    const clear = () => {
      for (const id of ["reference", "candidate", "baseline", "outcome"]) $(id).value = "";
      for (const select of sliceSelects) select.value = "";
      $("search").value = "";
      $("wrong").checked = $("changed").checked = false;
    };
    $("filters").addEventListener("reset", (event) => {
      event.preventDefault();
      clear();
      apply(false);
    });
    document.addEventListener("click", async (event) => {
      const link = event.target.closest("a[data-report]");
      if (!link) return;
      event.preventDefault();
      const at = Number(link.dataset.report);
      clear();
      if (state.report !== at) choose(at);
      const place = (label) => String(report().labels.indexOf(label));
      $("reference").value = place(link.dataset.reference);
      $("candidate").value = place(link.dataset.candidate);
      apply(false);
      $("items").scrollIntoView();
      $("rows").focus({ preventScroll: true });
    });

    $("items-off").hidden = true;
    $("list").hidden = false;
    root.dataset.items = "listed";
    await choose(0);
    await unpackAll("texts", texts);
    textsReady = true;
    apply(true);
    refresh();
    root.dataset.items = "unpacked";
  };
  start().catch((error) => {
    $("items-off").textContent = `The items cannot be unpacked: ${error.message}`;
    $("items-off").hidden = false;
    $("list").hidden = true;
  });
})();
