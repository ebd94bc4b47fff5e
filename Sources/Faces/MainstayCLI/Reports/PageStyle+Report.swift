extension PageStyle {
    /// The part for reports.
    static let report: StaticString = """
        :root{--l0:#3f9b8f;--l1:#2f7fb5;--l2:#d9a227;--l3:#c9683c;--l4:#8a6fc4}
        @media(prefers-color-scheme:dark){:root{--l0:#4fb3a6;--l1:#5aa9dc;--l2:#e2b548;--l3:#dd8458;
        --l4:#a58fdb}}
        .l0{fill:var(--l0);background:var(--l0)}.l1{fill:var(--l1);background:var(--l1)}
        .l2{fill:var(--l2);background:var(--l2)}.l3{fill:var(--l3);background:var(--l3)}
        .l4{fill:var(--l4);background:var(--l4)}
        main{max-width:76rem}section>p{margin:0 0 .7rem;color:var(--soft)}
        .stack{position:relative;padding-bottom:1.9rem;margin-bottom:.4rem}
        .stack svg{display:block;width:100%;height:2.1rem;border-radius:.4rem}
        .aim{position:absolute;left:70%;width:10%;top:-.3rem;height:2.7rem;margin:0;
        border:2px solid var(--ink);border-radius:.3rem;padding-top:2.75rem;
        box-sizing:border-box;color:var(--soft);font-size:.8rem;white-space:nowrap;
        display:flex;justify-content:center}
        .sheet{overflow-x:auto;background:var(--card);border:1px solid var(--rule);
        border-radius:.7rem}
        table{border-collapse:collapse;width:100%;font-size:.9rem;
        font-variant-numeric:tabular-nums}
        th,td{padding:.5rem .9rem;text-align:left;vertical-align:middle;
        border-top:1px solid var(--rule)}
        thead th{border-top:0;color:var(--soft);font-weight:500;font-size:.8rem;white-space:nowrap}
        tbody th{font-weight:550;white-space:nowrap}td{white-space:nowrap}
        td:last-child{white-space:normal;overflow-wrap:anywhere}
        td small{color:var(--soft)}td i{display:inline-block;width:.75rem;height:.75rem;
        border-radius:.2rem;margin-left:.5rem;vertical-align:-.05rem}
        td:has(.bar)+td{white-space:nowrap}
        td .bar{min-width:6rem;margin:0;height:.8rem}td:has(.bar){width:45%}
        .bar .met{fill:var(--fb)}.bar .missed{fill:var(--ab)}
        .named{margin:0;background:var(--card);border:1px solid var(--rule);border-radius:.7rem;
        padding:.2rem .9rem .7rem}
        .named dt{color:var(--soft);font-size:.8rem;margin-top:.6rem}
        .named dd{margin:.1rem 0 0;overflow-wrap:anywhere}
        footer{color:var(--soft);font-size:.82rem;padding-block:1.6rem 2.5rem}
        @media print{body{background:none}.sheet{overflow:visible}section{break-inside:avoid}}
        """
}
