// Style of the report. Fonts are those of the reader's system, with names for Chinese and Japanese; print rules make it a PDF of A4 pages.
export const STYLE = `
:root{--ink:#1b1f24;--dim:#59636e;--line:#d1d9e0;--fail:#b42318;--error:#9a6700;--manual:#0550ae;--pass:#1a7f37;--na:#818b98}
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:2rem 1.5rem;color:var(--ink);font:15px/1.55 system-ui,"Noto Sans","Segoe UI",Roboto,sans-serif}
:lang(ja) body,html:lang(ja) body{font-family:system-ui,"Hiragino Sans","Yu Gothic UI","Noto Sans CJK JP","Noto Sans JP",Meiryo,sans-serif}
html:lang(zh) body{font-family:system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC",sans-serif}
h1{font-size:1.7rem;margin:0 0 .6rem}h2{font-size:1.2rem;border-bottom:2px solid currentColor;padding-bottom:.2rem;margin:2rem 0 1rem}
h3{font-size:1rem;margin:0}h4{margin:.6rem 0 .2rem;font-size:.85rem;color:var(--dim)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:.4rem 1.5rem;margin:0}dt{color:var(--dim);font-size:.8rem}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}td,th{padding:.25rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:anywhere;font-size:.85rem}
th{color:var(--dim);font-weight:600}.counts td{text-align:center;border:0;font-size:.8rem}.counts b{display:block;font-size:1.6rem}
.bar{display:flex;height:.6rem;margin:.5rem 0 1.2rem;border-radius:.3rem;overflow:hidden}.bar i{display:block}
.fail{color:var(--fail)}.error{color:var(--error)}.manual{color:var(--manual)}.pass{color:var(--pass)}.not-applicable{color:var(--na)}
.bar .fail{background:var(--fail)}.bar .error{background:var(--error)}.bar .manual{background:var(--manual)}.bar .pass{background:var(--pass)}.bar .not-applicable{background:var(--line)}
article{border:1px solid var(--line);border-radius:.4rem;padding:.8rem 1rem;margin:0 0 .8rem;break-inside:avoid}
.where,.controls{color:var(--dim);font-size:.8rem;margin:.2rem 0}.severity{border:1px solid currentColor;border-radius:.25rem;padding:0 .4rem;font-size:.75rem}
.critical,.high{color:var(--fail)}.medium{color:var(--error)}.low,.negligible,.unknown{color:var(--dim)}
caption{text-align:left;font-size:.8rem;color:var(--dim)}.evidence{margin:.4rem 0}.evidence td:first-child{width:6rem}
pre,code{font:.8rem/1.45 ui-monospace,"Noto Sans Mono CJK JP","Noto Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
pre{background:#f6f8fa;border-radius:.3rem;padding:.5rem .7rem}.change div{font-size:.8rem;color:var(--dim)}
del{color:var(--fail);text-decoration:none}ins{color:var(--pass);text-decoration:none}footer{margin-top:2rem;color:var(--dim);font-size:.8rem}
@page{size:A4;margin:16mm 14mm}
@media print{body{max-width:none;padding:0;font-size:10pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}h2{break-after:avoid}thead{display:table-header-group}tr{break-inside:avoid}}
`
