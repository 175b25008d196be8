import { hierarchy, tree, type HierarchyPointNode } from "d3-hierarchy";
import { select } from "d3-selection";
import { zoom, zoomIdentity, type ZoomBehavior } from "d3-zoom";
import { element, goToLogin, isLogin, text } from "../page";
import { openInDrawer } from "./drawer";
import { makeMovable } from "./orgdrag";
import { toast } from "./toast";

interface Person {
  id: number | string;
  parent?: number | string | null;
  name: string;
  title?: string;
  unit?: string;
  photo?: string;
  initials?: string;
  tone?: string;
  url?: string;
  count?: number;
  direct?: number;
  mark?: string;
  mark_label?: string;
}
interface Answer {
  nodes: Person[];
  focus?: number | string;
}
interface Place {
  person: Person;
  parent: Place | null;
  children: Place[];
  open: boolean;
  x: number;
  y: number;
}

const WIDE = 216;
const HIGH = 78;
const GAP_X = 28;
const GAP_Y = 62;
const FIRST_LEVELS = 1;
const MOST_AT_FIRST = 16;
const TOP = "top";
const LOW = 0.72; // how far down the looked-at box stands: his superiors are above

export async function mount(box: HTMLElement): Promise<void> {
  const response = await fetch(box.dataset.org ?? "", { headers: { Accept: "application/json" } });
  if (response.redirected && isLogin(response.url)) return goToLogin();
  if (!response.ok) return toast(text("failed"), "danger");
  new OrgChart(box, (await response.json()) as Answer);
}

/** The tree of people: only what is unfolded is laid out and drawn, so thousands cost no more than the few one looks at. */
class OrgChart {
  private readonly places = new Map<string, Place>();
  private readonly roots: Place[] = [];
  private readonly cards = new Map<string, HTMLElement>();
  private readonly world: HTMLElement;
  private readonly lines: SVGPathElement;
  private readonly pan: ZoomBehavior<HTMLElement, unknown>;
  private active: Place | null = null;
  private marked: Place[] = []; // boxes that a draft changes, looked at one after the other
  private turn = 0;
  private readonly edits: boolean;
  private readonly still: string; // on these a press does not move the chart

  constructor(
    private readonly box: HTMLElement,
    answer: Answer,
  ) {
    this.edits = Boolean(box.dataset.orgEdit);
    this.still = `.org-tools, .org-find, button, input${this.edits ? ", .org-card" : ""}`;
    this.world = box.querySelector<HTMLElement>(".org-world")!;
    this.lines = box.querySelector<SVGPathElement>(".org-lines path")!;
    this.plant(answer.nodes);
    this.pan = zoom<HTMLElement, unknown>()
      .scaleExtent([0.15, 1.6])
      .filter((event: Event) => !(event.target as Element).closest(this.still) || event.type === "wheel")
      .on("zoom", ({ transform }) => {
        this.world.style.transform = `translate(${transform.x}px, ${transform.y}px) scale(${transform.k})`;
      });
    select(this.box).call(this.pan).on("dblclick.zoom", null);
    this.tools();
    if (this.edits) makeMovable(this.box);
    this.marked = [...this.places.values()].filter(({ person }) => person.mark);
    const next = box.querySelector<HTMLElement>("[data-org-tool=next]");
    if (next) next.hidden = !this.marked.length;
    const focus = answer.focus === undefined ? undefined : this.places.get(String(answer.focus));
    if (focus) this.reveal(focus);
    this.draw();
    if (focus) this.look(focus, this.withChain(focus));
    else if (!this.nextMarked()) this.look(this.roots[0]);
  }

  private plant(people: Person[]): void {
    for (const person of people) {
      this.places.set(String(person.id), { person, parent: null, children: [], open: false, x: 0, y: 0 });
    }
    for (const place of this.places.values()) {
      const parent = this.places.get(String(place.person.parent ?? ""));
      if (parent && parent !== place) {
        place.parent = parent;
        parent.children.push(place);
      } else this.roots.push(place);
    }
    const unfold = (place: Place, depth: number): void => {
      place.open = depth < FIRST_LEVELS && place.children.length <= MOST_AT_FIRST;
      if (place.open) for (const child of place.children) unfold(child, depth + 1);
    };
    for (const root of this.roots) unfold(root, this.roots.length > 1 ? 1 : 0);
    this.active = this.roots[0] ?? null;
  }

  private reveal(place: Place): void {
    for (let above = place.parent; above; above = above.parent) {
      above.open = true;
      this.narrow(above);
    }
    this.active = place;
  }

  /** One branch of each level stays unfolded: a wide tree remains a picture one can take in. */
  private narrow(place: Place): void {
    if (!place.open) return;
    for (const other of place.parent?.children ?? []) if (other !== place) other.open = false;
  }

  private layout(): HierarchyPointNode<Place | typeof TOP>[] {
    const root = hierarchy<Place | typeof TOP>(TOP, (one) => {
      if (one === TOP) return this.roots;
      return one.open ? one.children : [];
    });
    const placed = tree<Place | typeof TOP>().nodeSize([WIDE + GAP_X, HIGH + GAP_Y]).separation(() => 1)(root);
    const found = placed.descendants().filter((node) => node.data !== TOP);
    for (const node of found) {
      const place = node.data as Place;
      place.x = node.x - WIDE / 2;
      place.y = (node.depth - 1) * (HIGH + GAP_Y);
    }
    this.straighten(found);
    return found;
  }

  /** Who stands over the active one stands straight above him: in a wide level his superiors would be far off to the
   * side. A level moves as a whole, and only where it is the children of one. */
  private straighten(found: HierarchyPointNode<Place | typeof TOP>[]): void {
    for (let one = this.active; one?.parent; one = one.parent) {
      const { parent } = one;
      const depth = found.find((node) => node.data === parent)?.depth;
      const level = found.filter((node) => node.depth === depth).map((node) => node.data as Place);
      if (level.some((other) => other.parent !== parent.parent)) return;
      const off = one.x - parent.x;
      for (const other of level) other.x += off;
    }
  }

  /** The scale at which the chain over PLACE can be seen with him. */
  private withChain(place: Place): number {
    let above = 0;
    for (let at = place.parent; at; at = at.parent) above += 1;
    const room = this.box.getBoundingClientRect().height * LOW - HIGH - 64; // below the search field
    return Math.max(0.55, Math.min(1, room / Math.max(1, above * (HIGH + GAP_Y))));
  }

  private draw(): void {
    const nodes = this.layout();
    const kept = new Set<string>();
    let path = "";
    for (const { data, depth } of nodes) {
      const place = data as Place;
      const key = String(place.person.id);
      kept.add(key);
      const card = this.cards.get(key) ?? this.card(place, key);
      card.style.left = `${place.x}px`;
      card.style.top = `${place.y}px`;
      card.setAttribute("aria-level", String(depth));
      card.tabIndex = place === this.active ? 0 : -1;
      if (place.children.length) card.setAttribute("aria-expanded", String(place.open));
      this.fold(card, place);
      if (place.parent) {
        const middle = place.y - GAP_Y / 2 + 4;
        path += `M${place.parent.x + WIDE / 2},${place.parent.y + HIGH}V${middle}H${place.x + WIDE / 2}V${place.y}`;
      }
    }
    for (const [key, card] of this.cards) {
      if (kept.has(key)) continue;
      card.remove();
      this.cards.delete(key);
    }
    this.lines.setAttribute("d", path);
  }

  private card(place: Place, key: string): HTMLElement {
    const { person } = place;
    const face = element("span", `face tone-${person.tone ?? "gray"}`, person.initials ?? "");
    face.setAttribute("aria-hidden", "true");
    if (person.photo) face.replaceChildren(Object.assign(element("img"), { src: person.photo, alt: "", loading: "lazy" }));
    const words = element("div", "org-card-text", element("div", "org-name truncate", person.name));
    if (person.title) words.append(element("div", "org-sub truncate", person.title));
    if (person.unit) words.append(element("div", "org-sub truncate", person.unit));
    const card = element("div", `org-card${person.mark ? ` mark-${person.mark}` : ""}`, face, words);
    if (person.mark_label) card.append(element("span", "org-mark", person.mark_label));
    card.setAttribute("role", "treeitem");
    card.setAttribute("aria-label", [person.name, person.title, person.unit, person.mark_label].filter(Boolean).join(" · "));
    card.dataset.id = key;
    card.addEventListener("click", (event) => {
      if ((event.target as Element).closest(".org-fold")) this.toggle(place);
      else this.open(person);
    });
    card.addEventListener("keydown", (event) => this.walk(event, place));
    this.cards.set(key, card);
    this.world.append(card);
    return card;
  }

  private open(person: Person): void {
    if (!person.url) return;
    if (this.edits) void openInDrawer(person.url);
    else location.assign(person.url);
  }

  private fold(card: HTMLElement, place: Place): void {
    card.querySelector(".org-fold")?.remove();
    if (!place.children.length) return;
    const count = place.person.count ?? place.children.length;
    const button = element("button", "org-fold", place.open ? "−" : "+", ` ${count}`);
    button.type = "button";
    button.tabIndex = -1;
    button.setAttribute("aria-hidden", "true");
    card.append(button);
  }

  private toggle(place: Place): void {
    place.open = !place.open;
    this.active = place;
    this.narrow(place);
    const before = { x: place.x, y: place.y };
    this.draw();
    select(this.box).call(this.pan.translateBy, before.x - place.x, before.y - place.y);
  }

  private scale(): number {
    return Number(/scale\(([\d.]+)\)/.exec(this.world.style.transform)?.[1] ?? 1);
  }

  private walk(event: KeyboardEvent, place: Place): void {
    const among = place.parent?.children ?? this.roots;
    const at = among.indexOf(place);
    const steps: Record<string, () => Place | null | undefined> = {
      ArrowLeft: () => among[at - 1],
      ArrowRight: () => among[at + 1],
      ArrowUp: () => place.parent,
      Home: () => this.roots[0],
      ArrowDown: () => {
        if (!place.open && place.children.length) this.toggle(place);
        return place.children[0];
      },
    };
    if (event.key === " ") {
      event.preventDefault();
      this.toggle(place);
      this.cards.get(String(place.person.id))?.focus();
    } else if (event.key === "Enter") this.open(place.person);
    else if (steps[event.key]) {
      event.preventDefault();
      const next = steps[event.key]!();
      if (next) this.go(next);
    }
  }

  private go(place: Place): void {
    this.reveal(place);
    this.draw();
    this.look(place, this.scale());
    this.cards.get(String(place.person.id))?.focus({ preventScroll: true });
  }

  private look(place: Place | undefined, scale?: number): void {
    if (!place) return;
    const { width, height } = this.box.getBoundingClientRect();
    const k = scale ?? Math.max(0.72, Math.min(1, width / (Math.max(1, place.children.length) * (WIDE + GAP_X) + 40)));
    const low = place.parent ? LOW : 0.5;
    const top = scale ? height * low - (place.y + HIGH / 2) * k : 72 - place.y * k;
    const to = zoomIdentity.translate(width / 2 - (place.x + WIDE / 2) * k, top).scale(k);
    select(this.box).call(this.pan.transform, to);
  }

  private tools(): void {
    this.box.addEventListener("click", (event) => {
      const tool = (event.target as Element).closest<HTMLElement>("[data-org-tool]")?.dataset.orgTool;
      if (tool === "in" || tool === "out") select(this.box).call(this.pan.scaleBy, tool === "in" ? 1.3 : 1 / 1.3);
      else if (tool === "fit") this.fit();
      else if (tool === "next") this.nextMarked();
    });
    const input = this.box.querySelector<HTMLInputElement>(".org-find input");
    let turn = -1;
    input?.addEventListener("input", () => {
      turn = -1;
      this.find(input.value, ++turn);
    });
    input?.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) this.find(input.value, ++turn);
    });
  }

  private find(query: string, turn: number): void {
    for (const card of this.cards.values()) card.classList.remove("found");
    const words = query.trim().toLowerCase();
    if (!words) return;
    const hits = [...this.places.values()].filter(({ person }) =>
      `${person.name} ${person.title ?? ""} ${person.unit ?? ""}`.toLowerCase().includes(words),
    );
    const hit = hits[turn % Math.max(1, hits.length)];
    if (!hit) return;
    this.reveal(hit);
    this.draw();
    this.look(hit, this.withChain(hit));
    this.cards.get(String(hit.person.id))?.classList.add("found");
  }

  private nextMarked(): boolean {
    const place = this.marked[this.turn++ % Math.max(1, this.marked.length)];
    if (!place) return false;
    this.reveal(place);
    this.draw();
    this.look(place, this.withChain(place));
    return true;
  }

  private fit(): void {
    const all = [...this.cards.values()];
    if (!all.length) return;
    const xs = all.map((card) => parseFloat(card.style.left));
    const ys = all.map((card) => parseFloat(card.style.top));
    const left = Math.min(...xs);
    const right = Math.max(...xs) + WIDE;
    const bottom = Math.max(...ys) + HIGH;
    const { width, height } = this.box.getBoundingClientRect();
    const k = Math.max(0.15, Math.min(1, (width - 60) / (right - left), (height - 120) / bottom));
    const to = zoomIdentity.translate((width - (left + right) * k) / 2, 72).scale(k);
    select(this.box).call(this.pan.transform, to);
  }
}
