// The style sheet of the page: one constant, so that the page's policy can name it by its digest.

/** Both schemes keep 4.5:1 between text and what it stands on (WCAG AA). */
const LIGHT = `color-scheme:light;--page:#fff;--raised:#f6f7f9;--ink:#1c2129;--muted:#5a6472;--rule:#dde2e8;--strong:#8b95a3;--link:#0b57b0;
--added:#0d652d;--added-bg:#e7f5ea;--removed:#a3161f;--removed-bg:#fdecec;--changed:#7a4a00;--changed-bg:#fdf3dc;--rolls:#5b31a6;--rolls-bg:#f2edfc`
const DARK = `color-scheme:dark;--page:#12161c;--raised:#1a2028;--ink:#e4e9f0;--muted:#9ca8b7;--rule:#2c3540;--strong:#6d7989;--link:#82b7ff;
--added:#7fdc9a;--added-bg:#15291c;--removed:#ff9d9d;--removed-bg:#361a1d;--changed:#efc36f;--changed-bg:#312610;--rolls:#c9adff;--rolls-bg:#271f3b`

const BASE = `*{box-sizing:border-box}
html{font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;background:var(--page);color:var(--ink);scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:70rem;padding:2.5rem 1.5rem 4rem;overflow-wrap:anywhere}
code,pre,.name{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{font-size:.875em;unicode-bidi:isolate}
a{color:var(--link);text-underline-offset:.2em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-100vw;background:var(--page);padding:.25rem .5rem}
.skip:focus{position:static;left:auto}
h1,h2,h3,p,ul,dl,dd,pre,table{margin:0;padding:0}
h1{font-size:1.75rem;line-height:1.25;font-weight:650;letter-spacing:-.01em}
h1 code{font-size:.92em;font-weight:600}
h2{font-size:1.25rem;line-height:1.3;font-weight:650;margin-bottom:.75rem}
h3{font-size:1rem;line-height:1.5;font-weight:600;display:flex;flex-wrap:wrap;gap:.25rem .6rem;align-items:baseline}
h3 code{font-size:.95em}
.kind{font-weight:400;color:var(--muted)}
a .kind{color:inherit}
td,th,dd,h3{overflow:clip;overflow-clip-margin:.4rem}
.muted,.placeholder{color:var(--muted)}
.placeholder{font-style:italic}
main:focus{outline:none}
section{margin-top:3rem}
section>p+*,section>ul+*{margin-top:1rem}
ul{padding-left:1.2rem}
li+li{margin-top:.15rem}`

const HEADER = `.eyebrow{color:var(--muted);margin-bottom:.35rem}
.against{color:var(--muted);margin-top:.4rem}
.counts{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:1px;margin-top:1.75rem;background:var(--rule);border:1px solid var(--rule);border-radius:8px;overflow:hidden}
.counts>div{background:var(--page);padding:.85rem 1.1rem}
.counts dt{color:var(--muted);font-size:.875rem}
.counts dd{font-weight:600;margin-top:.15rem}
.counts dd>span{display:inline-block;width:1.2em}
.counts .none{font-weight:400;color:var(--muted)}
nav{margin-top:1.25rem}
nav ul{display:flex;flex-wrap:wrap;gap:.35rem 1.4rem;list-style:none;padding:0}
nav li+li{margin:0}
.notes{border-left:3px solid var(--changed);padding:.1rem 0 .1rem 1rem}
.notes ul{list-style:none;padding:0}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--rule);color:var(--muted);font-size:.875rem}`

const PARTS = `.badge{display:inline-flex;gap:.35em;align-items:baseline;font-size:.8125rem;line-height:1.5;font-weight:600;padding:0 .5em;border-radius:4px;background:var(--raised);color:var(--muted)}
.badge.added{color:var(--added);background:var(--added-bg)}
.badge.removed{color:var(--removed);background:var(--removed-bg)}
.badge.changed{color:var(--changed);background:var(--changed-bg)}
.badge.rolls{color:var(--rolls);background:var(--rolls-bg)}
.counts .added{color:var(--added)}.counts .removed{color:var(--removed)}.counts .changed{color:var(--changed)}.counts .rolls{color:var(--rolls)}
article{border-top:1px solid var(--rule);padding:1.1rem 0 1.4rem}
article>*+*{margin-top:.75rem}
article:target,tr:target>*{background:var(--raised)}
article:target{box-shadow:0 0 0 .75rem var(--raised)}
.facts{display:grid;gap:.15rem;font-size:.9375rem}
article>.facts{margin-top:.4rem}
.facts div{display:grid;grid-template-columns:8.5rem 1fr;gap:1rem}
.facts dt{color:var(--muted)}
table{border-collapse:collapse;width:100%;font-size:.9375rem;text-align:left}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{padding:.45rem 1rem .45rem 0;vertical-align:top;border-top:1px solid var(--rule)}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.8125rem;font-weight:500;color:var(--muted);border-top:0;padding-bottom:.3rem}
tbody th{font-weight:500}
.four{table-layout:fixed}
.four th:nth-child(2){width:20%}.four th:nth-child(3),.four th:nth-child(4){width:18%}
.keys th:first-child{width:34%}.four th:first-child{width:44%}
.pods th:first-child{width:34%}.pods th:nth-child(2){width:27%}
.pods ul{list-style:none;padding:0}
.pods td p{margin-top:.4rem}
.warning{color:var(--removed)}
.pods td>:first-child{margin-top:0}
details>*+*{margin-top:.6rem}
summary{cursor:pointer;width:fit-content;color:var(--link);font-size:.9375rem}
section>details{margin-top:1rem}
.names,.parts{columns:22rem;column-gap:2.5rem;font-size:.9375rem}
.parts{list-style:none;padding:0}
pre{font-size:.8125rem;line-height:1.6;white-space:pre-wrap;border:1px solid var(--rule);border-radius:6px;padding:.5rem 0;overflow:hidden}
.stream{padding:.5rem .9rem}
.diff>*{display:block;padding:0 .9rem;text-decoration:none}
.diff .range{color:var(--muted);padding-top:.3rem;padding-bottom:.3rem}
.diff ins{color:var(--added);background:var(--added-bg)}
.diff del{color:var(--removed);background:var(--removed-bg)}`

const GRAPH = `.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;list-style:none;padding:0;font-size:.875rem;color:var(--muted)}
.legend li+li{margin:0}
.scroll{overflow-x:auto;padding:.25rem 0 .75rem}
.picture{display:grid;width:max-content}
.picture>svg{grid-area:1/1;display:block;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
.picture text{unicode-bidi:isolate;direction:ltr;fill:var(--ink)}
.picture .head{font-size:13px;fill:var(--muted)}
.node rect{fill:var(--page);stroke:var(--strong)}
.node.is-outside rect{stroke-dasharray:3 3}
.node.added rect{fill:var(--added-bg);stroke:var(--added);stroke-width:1.5}
.node.removed rect{fill:var(--removed-bg);stroke:var(--removed);stroke-width:1.5}
.node.changed rect{fill:var(--changed-bg);stroke:var(--changed);stroke-width:1.5}
.node.rolls rect{fill:var(--rolls-bg);stroke:var(--rolls);stroke-width:1.5}
.node .name{font-size:13px}
.node .says{font-size:11.5px;fill:var(--muted)}
.node .state{font-weight:600}
.added .state{fill:var(--added)}.removed .state{fill:var(--removed)}.changed .state{fill:var(--changed)}.rolls .state{fill:var(--rolls)}
.node.is-removed .name{text-decoration:line-through}
.edge{fill:none;stroke:var(--strong);stroke-width:1}
.edge.changed{stroke:var(--changed);stroke-width:2.5}
.edge.added{stroke:var(--added);stroke-width:2;stroke-dasharray:8 4}
.edge.removed{stroke:var(--removed);stroke-width:2;stroke-dasharray:2 4}
.edge.missed{stroke:var(--removed);stroke-width:2;stroke-dasharray:10 3 2 3}
.links{pointer-events:none}
.links rect{fill:none;pointer-events:all}
.links a:hover rect{stroke:var(--link);stroke-width:2}
.links a:focus-visible{outline:none}
.links a:focus-visible rect{stroke:var(--link);stroke-width:4}`

const NARROW = `@media(max-width:40rem){body{padding:1.5rem 1rem 3rem}h1{font-size:1.4rem}section{margin-top:2.25rem}
.counts{grid-template-columns:1fr}.counts>div{padding:.55rem .9rem}.counts dd{display:inline-block;margin:0 1rem 0 0}.counts dd>span{width:auto}
.facts div{grid-template-columns:1fr;gap:0}.facts{gap:.4rem}
th,td{padding-right:.6rem}table{font-size:.875rem}.keys code{font-size:.8125em}
.four th:first-child{width:34%}.four th:nth-child(2){width:9%}.four th:nth-child(3),.four th:nth-child(4){width:28.5%}
.four .words{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.pods th:nth-child(1){width:32%}.pods th:nth-child(2){width:26%}
.badge{display:inline;padding:0 .3em}}`

const OTHER_MEDIA = `@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media(forced-colors:active){:root{--page:Canvas;--raised:Canvas;--ink:CanvasText;--muted:CanvasText;--rule:CanvasText;--strong:CanvasText;--link:LinkText;--added:CanvasText;--added-bg:Canvas;--removed:CanvasText;--removed-bg:Canvas;--changed:CanvasText;--changed-bg:Canvas;--rolls:CanvasText;--rolls-bg:Canvas}.badge{border:1px solid}}
@media print{:root{${LIGHT}}html{font-size:11px}body{max-width:none;padding:0}nav,.skip{display:none}article,tr{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}.picture{width:100%}.picture>svg{max-width:100%;height:auto}details::details-content{content-visibility:visible;block-size:auto}.counts>div,.badge,.diff>*,.node rect{print-color-adjust:exact}}`

export const STYLE = `:root{${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
${BASE}
${HEADER}
${PARTS}
${GRAPH}
${NARROW}
${OTHER_MEDIA}
`
