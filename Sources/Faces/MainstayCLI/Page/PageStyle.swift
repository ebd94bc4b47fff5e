/// The style sheet of the matrix page.
enum PageStyle {
    /// CSS without an external reference.
    static let text: StaticString = """
        :root{color-scheme:light dark;--bg:#f6f6f3;--card:#fff;--ink:#1d1f24;--soft:#666b74;
        --rule:#e2e2dc;--accent:#2a6f97;--first:clamp(11rem,32vw,27rem);--col:6.4rem;
        --f:#dcf3e5;--fi:#0d5c36;--fb:#2fa36b;--u:#d8edf8;--ui:#0b4f6c;--ub:#3297c7;
        --p:#fcf0c9;--pi:#684c00;--pb:#e0b12f;--r:#fde4cf;--ri:#7a3b06;--rb:#e58a3a;
        --a:#fbdcdc;--ai:#8a1420;--ab:#d8444f;--m:#faf2f6;--mi:#7a2152;--mb:#c65a97;
        --n:#efefeb;--ni:#5f646c;--nb:#c6c8c4;--x:#e8e2f9;--xi:#463082;--xb:#8b74d6}
        @media(prefers-color-scheme:dark){:root{--bg:#14161a;--card:#1c1f25;--ink:#e8e9ec;
        --soft:#9aa0aa;--rule:#2d3139;--accent:#7cc0e8;
        --f:#143524;--fi:#8fe0b4;--u:#12303f;--ui:#93d3f2;--p:#3a3010;--pi:#f2d67a;
        --r:#3d2611;--ri:#f6b988;--a:#431a1e;--ai:#ffaab0;--m:#271b23;--mi:#f0a9cf;
        --n:#24272d;--ni:#9aa0aa;--nb:#4a4e56;--x:#2a2347;--xi:#c5b7f7}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);
        font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        header,section,footer{padding:0 clamp(1rem,3vw,2.5rem)}
        header{padding-top:2rem}
        .brow{margin:0;color:var(--accent);font-size:.78rem;font-weight:650;
        letter-spacing:.09em;text-transform:uppercase}
        h1{margin:.15rem 0 .2rem;font-size:clamp(1.5rem,4vw,2.2rem);line-height:1.15;
        letter-spacing:-.02em;overflow-wrap:anywhere}
        h2{margin:2rem 0 .6rem;font-size:1.02rem}
        h2 small,.sub{color:var(--soft);font-weight:400;font-size:.86rem}
        .sub{margin:0;overflow-wrap:anywhere}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.7rem;
        margin:1.3rem 0 0}
        .tiles div,.lines label{background:var(--card);border:1px solid var(--rule);
        border-radius:.7rem;padding:.75rem .9rem}
        .tiles dt{color:var(--soft);font-size:.8rem}
        .tiles dd{margin:.1rem 0 0;font-size:1.65rem;font-weight:650;letter-spacing:-.02em;
        font-variant-numeric:tabular-nums;line-height:1.2}
        .lines{display:grid;grid-template-columns:repeat(auto-fill,minmax(12rem,1fr));gap:.7rem}
        .many{grid-template-columns:repeat(auto-fill,minmax(8.6rem,1fr));gap:.45rem}
        .many label{padding:.45rem .6rem;border-radius:.5rem}.many i,.many .sum{display:none}
        .many small{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
        .many b{font-size:.92rem}.many .bar{margin:.3rem 0 .1rem}.sum span{white-space:nowrap}
        .lines label{display:block}
        .lines b{font-size:1rem;overflow-wrap:anywhere}
        .lines i{float:right;font-style:normal;font-size:.74rem;color:var(--soft);
        border:1px solid var(--rule);border-radius:1rem;padding:.05rem .5rem;margin-left:.4rem}
        .lines small{display:block;color:var(--soft);font-size:.8rem}
        .lines label:has(input:not(:checked)){opacity:.5}
        .bar{display:block;width:100%;height:.55rem;margin:.5rem 0 .4rem;border-radius:.3rem;
        background:var(--n)}
        .bar .f{fill:var(--fb)}.bar .u{fill:var(--ub)}.bar .p{fill:var(--pb)}.bar .r{fill:var(--rb)}
        .bar .a{fill:var(--ab)}.bar .m{fill:var(--mb)}.bar .n{fill:var(--nb)}.bar .x{fill:var(--xb)}
        input[type=checkbox]{accent-color:var(--accent);margin:0 .4rem 0 0}
        .tools{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin-bottom:.8rem}
        #q{font:inherit;color:inherit;background:var(--card);border:1px solid var(--rule);
        border-radius:.5rem;padding:.45rem .75rem;flex:1 1 14rem;max-width:26rem;min-width:0}
        #shown{color:var(--soft);font-size:.86rem}
        .key{display:flex;flex-wrap:wrap;gap:.4rem;margin:0 0 .8rem;padding:0;list-style:none}
        .key label{display:block;border-radius:.45rem;padding:.18rem .6rem;font-size:.84rem}
        .key b{font-variant-numeric:tabular-nums}
        .f{background:var(--f);color:var(--fi)}.u{background:var(--u);color:var(--ui)}
        .p{background:var(--p);color:var(--pi)}.r{background:var(--r);color:var(--ri)}
        .a{background:var(--a);color:var(--ai)}.m{background:var(--m);color:var(--mi)}
        .n{background:var(--n);color:var(--ni)}.x{background:var(--x);color:var(--xi)}
        .note{border-left:3px solid var(--pb);background:var(--p);color:var(--pi);
        border-radius:.3rem;padding:.5rem .8rem;margin:1rem 0 0;font-size:.9rem}
        :focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
        """

    /// The part for the table itself.
    static let table: StaticString = """
        .scroll{overflow:auto;max-height:100vh;max-height:100dvh;background:var(--card);
        border-block:1px solid var(--rule);overscroll-behavior-x:contain}
        table,thead,tbody{display:block}
        table{width:100%;min-width:calc(var(--first) + var(--n-lines)*var(--col));
        font-size:.84rem}
        tr{display:grid;
        grid-template-columns:var(--first) repeat(var(--n-lines),minmax(var(--col),1fr));
        border-bottom:1px solid var(--rule)}
        tbody tr{content-visibility:auto;contain-intrinsic-size:auto 3.2rem}
        tr[hidden]{display:none}
        th{font-weight:400;text-align:left;min-width:0}
        thead{position:sticky;top:0;z-index:3;background:var(--card);
        box-shadow:0 1px 0 var(--rule)}
        thead th{padding:.55rem .5rem .3rem;font-weight:650;overflow-wrap:anywhere;align-self:end}
        thead th small{display:block;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;
        color:var(--soft);font-weight:400;font-size:.72rem}
        thead .bar{height:.3rem;margin:.3rem 0 .2rem}
        tr>:first-child{position:sticky;left:0;z-index:2;background:var(--card);
        padding-left:clamp(1rem,3vw,2.5rem);align-self:stretch;border-right:1px solid var(--rule)}
        thead tr>:first-child{display:flex;align-items:end}
        td{margin:1px;padding:.38rem .5rem;border-radius:.3rem;min-width:0;overflow:hidden;
        line-height:1.25;cursor:default}
        td b{display:block;font-weight:400;font-size:.74rem;opacity:.85;white-space:nowrap;
        overflow:hidden;text-overflow:ellipsis}
        td.m,td.n,td.x{font-size:.8rem}
        summary{cursor:pointer;list-style:none;padding:.42rem .6rem .42rem 0}
        summary::-webkit-details-marker{display:none}
        summary span{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;
        overflow:hidden;overflow-wrap:anywhere;line-height:1.3;font-weight:520}
        summary small{color:var(--soft);font-size:.74rem;
        font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        summary:hover span{color:var(--accent)}
        tbody tr:hover>th{background:color-mix(in srgb,var(--accent) 7%,var(--card))}
        tr:has([open])>th{grid-column:1/-1;grid-row:1;right:0;border-right:0;
        background:color-mix(in srgb,var(--accent) 5%,var(--card));
        width:min(100%,100vw);padding-right:1rem}
        tr:has([open])>td{grid-row:2}
        tr:has([open])::after{content:"";grid-column:1;grid-row:2}
        [open] span{-webkit-line-clamp:9}
        details ul{margin:.1rem 0 .9rem;padding:0;list-style:none;display:grid;gap:.6rem 1rem;
        grid-template-columns:repeat(auto-fill,minmax(min(21rem,100%),1fr))}
        details li,#card{overflow-wrap:anywhere}
        details li{border-left:3px solid var(--rule);padding:.05rem 0 .05rem .7rem}
        details li.on{border-color:var(--accent)}
        li>b,#card>b{margin-right:.4rem}
        em{font-style:normal;border-radius:.3rem;padding:.02rem .4rem;margin-right:.4rem}
        code{font:.92em ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        li code,li q,#card code,#card q{display:block;color:var(--soft)}
        q{quotes:none}
        #card{position:fixed;z-index:9;max-width:min(26rem,92vw);background:var(--card);
        color:var(--ink);border:1px solid var(--rule);border-radius:.6rem;padding:.65rem .85rem;
        box-shadow:0 8px 30px rgb(0 0 0/.22);font-size:.84rem;pointer-events:none}
        footer{color:var(--soft);font-size:.82rem;padding-block:1.2rem 2.5rem}
        @media(max-width:600px){:root{--first:10.5rem;--col:5.6rem}header{padding-top:1.2rem}
        .tiles{grid-template-columns:repeat(3,1fr)}
        .tiles div{padding:.5rem .65rem}.tiles dt{font-size:.74rem}.tiles dd{font-size:1.3rem}
        .lines{grid-template-columns:1fr}
        .many{grid-template-columns:1fr 1fr}summary span{-webkit-line-clamp:3}}
        @media print{.scroll{max-height:none;overflow:visible}thead,tr>:first-child{position:static}
        tbody tr{content-visibility:visible;break-inside:avoid}.tools{display:none}}
        """
}
