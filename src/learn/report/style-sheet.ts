/** The style sheet of the page: paper and ink, one accent for the policy, one color for waste. */
export const styleSheet = `
:root{color-scheme:light dark;
--paper:#fcfbf8;--card:#f3f1ea;--line:#dcd8cc;--faint:#8f8a7d;--soft:#5f5b52;--ink:#1d1c19;
--accent:#0b6b5e;--waste:#a83a1c;--model:#6d7f99;--simulated:#8a2a83;--link:#0b5c8a;
--quality:#86c7ba;--costUsd:#f0b48f;--latencyMs:#aab8e6;--low:#fbf8f1}
@media(prefers-color-scheme:dark){:root{
--paper:#15171a;--card:#1e2125;--line:#353a40;--faint:#8a9098;--soft:#aab0b8;--ink:#eceae6;
--accent:#57c7b3;--waste:#f08e6b;--model:#93a7c4;--simulated:#e39bdc;--link:#83c5ee;
--quality:#1c6357;--costUsd:#8a4521;--latencyMs:#43538f;--low:#1b1e22}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
header,main{max-width:66rem;margin:0 auto;padding:0 1.5rem}
header{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;padding-top:1.4rem}
header p{margin:0}
.brand{font-weight:650;letter-spacing:.01em}.brand span{font-weight:400;color:var(--soft)}
main{padding-bottom:5rem}
section{margin-top:4rem}
#verdict{margin-top:2.6rem}
h1,h2,h3{line-height:1.2;font-weight:650;letter-spacing:-.012em;text-wrap:balance;margin:0}
h1{font-size:clamp(1.75rem,1.2rem + 2.4vw,2.6rem);max-width:22em;margin:.5rem 0 .8rem}
h2{font-size:clamp(1.3rem,1.1rem + .9vw,1.65rem);margin-bottom:.7rem;max-width:30em}
h3,.minor{font-size:1.06rem;margin:2.2rem 0 .4rem}
p,ul{margin:.5rem 0;max-width:46rem}
a{color:var(--link)}
.lead{font-size:1.13rem;line-height:1.5}
.note,.small,figcaption,.range{color:var(--soft)}
.note{font-size:.9rem}.small{font-size:.86em}header .small{white-space:nowrap}
.range{font-size:.8em;white-space:nowrap;display:inline-block}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.name,code{overflow-wrap:anywhere}
bdi{unicode-bidi:isolate}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.yes{color:var(--accent);font-weight:650}
.badge{display:inline-block;margin:0;padding:.15rem .6rem;border-radius:2rem;font-size:.8rem;font-weight:700;letter-spacing:.05em;border:1.5px solid currentColor}
.badge.good{color:var(--accent)}.badge.still{color:var(--waste)}
.simulated{margin:0;max-width:none;text-align:center;background:var(--simulated);color:var(--paper);padding:.4rem 1rem;font-size:.86rem;position:sticky;top:0;z-index:3}
.simulated strong,.tag{letter-spacing:.06em}
.tag{color:var(--simulated);font-size:.75em}
nav{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin-top:2.4rem;padding:.7rem 0;border-block:1px solid var(--line);font-size:.92rem}
nav a{text-decoration:none}nav a:hover{text-decoration:underline}
:target,section{scroll-margin-top:3rem}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}

.bill{margin:1.8rem 0 0;padding:1.1rem 1.3rem .7rem;background:var(--card);border-radius:10px}
.bill p{max-width:none;margin:0}
.bill .bill-head{font-size:.9rem;color:var(--soft);margin-bottom:.8rem}
.bill-line{display:grid;grid-template-columns:minmax(0,17rem) minmax(4rem,1fr) 6.5rem 9rem;gap:0 1rem;align-items:center;padding:.45rem 0}
.bill-name{line-height:1.3}.bill-name span{color:var(--soft);font-size:.86rem;display:block}
.bill-bar span{display:block;height:1.15rem;border-radius:2px;background:var(--model)}
.now .bill-bar span{background:var(--waste)}.policy .bill-bar span{background:var(--accent)}
.bill-cost{font-size:1.3rem;font-weight:650;text-align:right;letter-spacing:-.01em}
.now .bill-cost{color:var(--waste)}.policy .bill-cost{color:var(--accent)}
.bill-quality{text-align:right}

.frame{overflow-x:auto;margin:.7rem 0 1rem;-webkit-overflow-scrolling:touch}
table{border-collapse:collapse;font-size:.92rem;min-width:100%}
th,td{padding:.42rem .7rem;border-bottom:1px solid var(--line);text-align:right;vertical-align:baseline;font-weight:400}
thead th{font-size:.82rem;color:var(--soft);vertical-align:bottom;border-bottom-color:var(--faint);line-height:1.25}
th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}
th[scope=row],.text{text-align:left}
th[scope=row]{min-width:7rem;max-width:22rem}
td.text{min-width:8rem;max-width:20rem}
td.number{white-space:nowrap}td.number .range{display:block}
caption{text-align:left}
th .name{display:inline-block;max-width:20rem;overflow-wrap:break-word}

.overkill-head,.task-line{display:grid;grid-template-columns:minmax(9rem,1.1fr) minmax(8rem,.8fr) minmax(12rem,1.7fr) minmax(8rem,.9fr);gap:.2rem 1.2rem;align-items:baseline}
.overkill-head{font-size:.82rem;color:var(--soft);padding-bottom:.35rem;border-bottom:1px solid var(--faint)}
.overkill-head span:last-child,.task-saved{text-align:right}
.overkill ul{list-style:none;margin:0;padding:0;max-width:none}
.overkill p{margin:0;max-width:none}
.task{border-bottom:1px solid var(--line);padding:.6rem 0}
.task-name{font-weight:600}.task-name .small{font-weight:400;white-space:nowrap}
.task:not(.overkill) .task-name{font-weight:400}
.task.overkill .task-saved strong{color:var(--accent);font-size:1.12rem}
.task-saved .range{display:block}
.phone{display:none}
details{margin:.2rem 0}
summary{cursor:pointer;color:var(--link);font-size:.86rem;width:fit-content;padding:.15rem 0}
.overkill .tests{margin:.4rem 0 .8rem;font-size:.88rem}
.tests li{display:grid;grid-template-columns:minmax(8rem,16rem) 6rem 11rem 1fr;gap:0 1rem;padding:.15rem 0}
.example{margin:.6rem 0 1rem;max-width:46rem}
blockquote{margin:0 0 .2rem;padding:.6rem .9rem;background:var(--card);border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.9rem;line-height:1.45}

figure{margin:1rem 0 1.6rem}
figure svg{width:100%;height:auto;overflow:visible}
figcaption{font-size:.88rem;margin-top:.4rem;max-width:52rem}
.key{white-space:nowrap;margin-right:.9rem;display:inline-block}
.key svg{width:auto;vertical-align:-3px}
.narrow{display:none}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));gap:0 3rem}
.share{display:inline-block;min-width:5rem;text-align:left;padding:.1rem .4rem;background:linear-gradient(to right,color-mix(in oklab,var(--accent) 28%,var(--paper)) var(--share),transparent var(--share))}
.warnings li{margin:.3rem 0;overflow-wrap:anywhere}

.views [role=radiogroup]{display:inline-flex;border:1px solid var(--faint);border-radius:8px;overflow:hidden;margin:.4rem 0}
.views label{cursor:pointer;position:relative}
.views input{position:absolute;opacity:0;inset:0;margin:0;cursor:pointer;width:100%;height:100%}
.views label span{display:block;padding:.35rem 1rem;font-size:.9rem}
.views input:checked+span{background:var(--ink);color:var(--paper)}
.views input:focus-visible+span{outline:2px solid var(--link);outline-offset:-3px}
.view{display:none}
.views:has(#view-quality:checked) .view-quality,.views:has(#view-costUsd:checked) .view-costUsd,.views:has(#view-latencyMs:checked) .view-latencyMs{display:block}
.heat{font-size:.86rem;border-collapse:separate;border-spacing:2px;min-width:0}
.heat caption{font-size:.86rem;color:var(--soft);padding-bottom:.2rem}
.heat th,.heat td{border:0;padding:.3rem .55rem}
.heat td{text-align:center;min-width:3.3rem;border-radius:3px;white-space:nowrap}
.heat .model{vertical-align:bottom;padding:.2rem .1rem;text-align:left}
.heat .model span{writing-mode:vertical-rl;transform:rotate(180deg);max-height:11rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;display:inline-block;margin:0 auto}
.heat .model>span{display:block}
.heat .model.now{color:var(--waste);font-weight:650}
.heat .model.now span,.now-mark{text-decoration:underline;text-decoration-color:var(--waste);text-decoration-thickness:2px;text-underline-offset:3px}
.heat th[scope=row]{position:sticky;left:0;background:var(--paper);z-index:1;padding-right:.9rem;min-width:0;line-height:1.25;vertical-align:middle}
.heat th:first-child{padding-left:0}.heat th[scope=row] .name{max-width:16rem}
.heat b{font-weight:750}
.view-quality td{background:color-mix(in oklab,var(--quality) var(--shade,0%),var(--low))}
.view-costUsd td{background:color-mix(in oklab,var(--costUsd) var(--shade,0%),var(--low))}
.view-latencyMs td{background:color-mix(in oklab,var(--latencyMs) var(--shade,0%),var(--low))}

dl{margin:.5rem 0;font-size:.92rem}
dl div{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:.2rem 1rem;padding:.35rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.digest{font:.86em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}

@media(max-width:720px){
header,main{padding-left:1rem;padding-right:1rem}
section{margin-top:3.2rem}
.wide{display:none}.narrow{display:block}
.phone{display:inline}
.bill{padding:1rem 1rem .4rem;margin-left:-.25rem;margin-right:-.25rem}
.bill-line{grid-template-columns:1fr auto;padding:.55rem 0}
.bill-bar{grid-row:2;grid-column:1/3;margin:.25rem 0!important}
.bill-cost{grid-row:1;grid-column:2;align-self:start}
.bill-quality{grid-row:3;grid-column:1/3;text-align:left;font-size:.9rem}
.overkill-head{display:none}
.overkill ul{border-top:1px solid var(--faint)}
.task-line{grid-template-columns:1fr auto}
.task-name{grid-column:1}.task-saved{grid-row:1;grid-column:2}
.task-now,.task-cheaper{grid-column:1/3}
.task:not(.overkill) .task-saved{display:none}
.tests li{grid-template-columns:1fr auto;padding:.35rem 0;border-top:1px solid var(--line)}
dl div{grid-template-columns:1fr;gap:0}
.heat th[scope=row]{font-size:.78rem;padding-right:.4rem}.heat th[scope=row] .name{max-width:7.2rem}
th .name{max-width:9rem}
table:not(.heat,.lists) th,table:not(.heat,.lists) td{padding-left:.3rem;padding-right:.3rem}
table:not(.heat) th[scope=row]{min-width:0}
.share{min-width:3.4rem;padding:.1rem .2rem}
.lists,.lists tbody,.lists tr,.lists th,.lists td{display:block;max-width:none}
.lists thead{display:none}
.lists tr{border-bottom:1px solid var(--line);padding:.5rem 0}
.lists th[scope=row]{border:0;padding:0 0 .2rem;font-weight:600}.lists th .name{max-width:100%}
.lists td,.lists td.number{border:0;padding:.05rem 0!important;display:flex;justify-content:space-between;gap:1rem;text-align:right;white-space:normal}
.lists td.text{min-width:0}
.lists td::before{content:attr(data-title);color:var(--soft);font-size:.86em;text-align:left;flex:none;max-width:45%}
.lists td.number .range{display:inline-block}
td.number,th.number{padding-left:.5rem;padding-right:.5rem}
}
@media print{
:root{--paper:#fff;--card:#f5f4f0}
body{font-size:10.5pt}
nav,.views [role=radiogroup]{display:none}
.view{display:block}
.simulated{position:fixed;left:0;right:0;print-color-adjust:exact}
main{padding-top:1.5rem}
section{margin-top:1.8rem}
figure,.task,.bill,tr{break-inside:avoid}
h2,h3{break-after:avoid}
.frame{overflow:visible}
.bill,.bill-bar span,.heat td,.share{print-color-adjust:exact}
}
`;
