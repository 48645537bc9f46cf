"use strict";
(() => {
  const PAGE = 100;
  const groups = JSON.parse(document.getElementById("data").textContent);
  const control = (id) => document.getElementById(id);
  const list = control("list");
  const more = control("more");
  let found = [];
  let shown = 0;

  // Words only ever become text nodes: nothing that a store holds is read as HTML.
  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children.filter((child) => child !== ""));
    return made;
  };

  const kinds = [...new Set(groups.flatMap((group) => group.kinds))].sort();
  for (const kind of kinds) control("kind").append(element("option", "", kind));

  const takesAway = (group) =>
    (group.action === "remove" || group.action === "adopt" || group.loss ? 0 : 2) -
    (group.causes.includes("both") || group.causes.includes("store") ? 1 : 0);

  const fits = (group, words, action, cause, store, kind) =>
    words.every((word) => group.search.includes(word)) &&
    (!action || group.action === action || group.things.some((thing) => thing.action === action)) &&
    (!cause || group.causes.includes(cause)) &&
    (!store || group.stores.includes(store)) &&
    (!kind || group.kinds.includes(kind));

  const filter = () => {
    const words = control("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [action, cause, store, kind, order] = ["action", "cause", "store", "kind", "order"].map((id) => control(id).value);
    found = groups.filter((group) => fits(group, words, action, cause, store, kind));
    if (order === "key") found.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
    if (order === "attention") found.sort((one, other) => takesAway(one) - takesAway(other));
    list.replaceChildren();
    shown = 0;
    showMore();
  };

  const showMore = () => {
    const next = found.slice(shown, shown + PAGE);
    list.append(...next.map(item));
    shown += next.length;
    more.hidden = shown >= found.length;
    control("clear").hidden = found.length > 0 || groups.length === 0;
    more.textContent = `Show ${Math.min(PAGE, found.length - shown)} more`;
    control("found").textContent =
      found.length === groups.length
        ? `${rows(groups.length)} in all, ${shown.toLocaleString("en")} shown`
        : `${found.length.toLocaleString("en")} of ${rows(groups.length)} ${found.length === 1 ? "fits" : "fit"}, ${shown.toLocaleString("en")} shown`;
  };

  const rows = (count) => `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}`;

  const item = (group) => {
    const head = element(
      "button", "head",
      element("span", `mark ${group.action}`, group.action),
      element("span", "name", group.title || group.key),
      element("span", "quiet", `${group.kind} ${group.title ? group.key : ""}`.trim()),
      group.loss ? element("span", "loss", group.loss) : "",
      element("span", "quiet", [group.fate, ...group.brief].filter(Boolean).join(" · ")),
      element("span", "quiet", group.stores.join(", ")),
    );
    head.type = "button";
    head.setAttribute("aria-expanded", "false");
    const line = element("li", "", head);
    head.addEventListener("click", () => {
      const isOpen = head.getAttribute("aria-expanded") === "true";
      head.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) line.lastChild.remove();
      else line.append(details(group));
    });
    return line;
  };

  const details = (group) => {
    const body = element("div", "body");
    if (group.pictures.length) body.append(pictures(group.pictures));
    if (group.grid.length) body.append(grid(group.grid));
    body.append(...group.rows.map(row));
    if (group.values.length) body.append(values(group.values));
    for (const thing of group.things) {
      const title = element("div", "what", `${thing.action} ${thing.kind} ${thing.name}`);
      body.append(element("div", "row", title, element("div", "quiet", thing.fate), values(thing.values)));
    }
    return body;
  };

  const row = (row) => {
    const who = row.who.length ? `${row.of} ${row.who.join(", ")}: ` : "";
    const made = element("div", "row", element("div", "what", who + row.path));
    made.append(difference(row));
    if (row.looks) made.append(looks([["Before", row.looks[0]], ["After", row.looks[1]]]));
    const why = [row.why, row.place, row.trail.length ? `by ${row.trail.join(", then ")}` : ""].filter(Boolean);
    made.append(element("div", `origin cause ${row.cause}`, why.join(" · ")));
    return made;
  };

  const difference = (row) => {
    const value = element("div", "value");
    if (row.words) {
      value.tabIndex = 0;
      value.setAttribute("role", "group");
      value.setAttribute("aria-label", `${row.path}, before and after`);
      const tags = { same: "span", gone: "del", come: "ins" };
      value.append(...row.words.map(([tag, words]) => element(tags[tag], "", words)));
    } else if (row.members.length) {
      for (const line of row.members) {
        const tag = line.startsWith("+") ? "ins" : line.startsWith("-") ? "del" : "span";
        value.append(element(tag, "", line), document.createElement("br"));
      }
    } else {
      value.append(element("del", "", row.before), " → ", element("ins", "", row.after), row.move ? ` (${row.move})` : "");
    }
    return value;
  };

  // The frames may run nothing and load nothing; what they show was cleaned before, too.
  const looks = (sides) => {
    const holder = element("div");
    const button = element("button", "", "Show how it looks");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      const isOpen = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) holder.lastChild.remove();
      else holder.append(element("div", "looks", ...sides.map(([title, html]) => frame(title, html))));
    });
    holder.append(button);
    return holder;
  };

  const frame = (title, html) => {
    const made = document.createElement("iframe");
    made.setAttribute("sandbox", "");
    made.title = title;
    made.srcdoc = html;
    return element("div", "", element("div", "quiet", title), made);
  };

  const values = (rows) => {
    const table = element("table", "told");
    for (const each of rows) {
      const name = element("th", "", each.path);
      name.scope = "row";
      const value = element("td", "value", each.value);
      if (each.looks) value.append(looks([["As it looks", each.looks]]));
      table.append(element("tr", "", name, value, element("td", "origin", each.place)));
    }
    return table;
  };

  const grid = (lines) => {
    const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))].filter((name) => name !== "name");
    const head = ["variant", ...columns].map((name) => {
      const cell = element("th", "", name.replaceAll("_", " "));
      cell.scope = "col";
      return cell;
    });
    const table = element("table", "grid", element("thead", "", element("tr", "", ...head)));
    const body = element("tbody", "");
    for (const line of lines) {
      const name = element("th", "", line.name);
      name.scope = "row";
      body.append(element("tr", "", name, ...columns.map((column) => cell(line[column]))));
    }
    table.append(body);
    const holder = element("div", "scroll", table);
    holder.tabIndex = 0;
    holder.setAttribute("role", "group");
    holder.setAttribute("aria-label", "Prices and stock by variant");
    return holder;
  };

  const cell = (held) => {
    if (!held) return element("td", "");
    const moved = held.move ? element("span", "quiet", ` ${held.move}`) : "";
    const side = (tag, text) => (text === "–" ? "" : element(tag, "", text));
    return element("td", "", side("del", held.before), " ", side("ins", held.after), moved);
  };

  const pictures = (all) => element("div", "pictures", ...all.map((each) => {
    let shown = element("div", "blank", "no preview");
    if (each.data) {
      shown = document.createElement("img");
      shown.src = each.data;
      shown.alt = each.alt || each.source;
    }
    return element("figure", "", shown, element("figcaption", "", `${each.fate}: ${each.source}`));
  }));

  for (const id of ["action", "cause", "store", "kind", "order"]) control(id).addEventListener("change", filter);
  let waiting = 0;
  control("search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  control("filters").addEventListener("submit", (event) => event.preventDefault());
  control("clear").addEventListener("click", () => {
    control("filters").reset();
    filter();
    control("search").focus();
  });
  more.addEventListener("click", () => {
    const first = shown;
    showMore();
    list.children[first]?.querySelector("button").focus();
  });
  filter();
})();
