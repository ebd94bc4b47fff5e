/// The script of the matrix page: filters, hover cards and arrow keys.
enum PageScript {
    /// JavaScript without an external reference; the page says everything without it, too.
    static let text: StaticString = """
        (()=>{'use strict';
        const $=(s,e=document)=>e.querySelector(s),$$=(s,e=document)=>[...e.querySelectorAll(s)];
        const table=$('table'),rows=$$('tbody tr'),q=$('#q'),shown=$('#shown'),card=$('#card');
        $$('[data-js]').forEach(e=>e.hidden=false);
        const bits={f:1,u:2,p:4,r:8,a:16,m:32,n:64,x:128};
        const keys=$$('.key input'),lines=$$('.lines input');
        const rule=document.head.appendChild(document.createElement('style'));
        let texts=null,masks=null,off=new Set(),timer=0;
        const mask=r=>{let b=0,c=r.cells;
        for(let i=1;i<c.length;i++)if(!off.has(i-1))b|=bits[c[i].className[0]]||0;return b};
        const apply=()=>{
        const words=q.value.toLowerCase().split(/\\s+/).filter(Boolean);
        const want=keys.reduce((b,k)=>b|(k.checked?bits[k.value]:0),0);
        const all=keys.every(k=>k.checked);
        texts=texts||rows.map(r=>{const s=$('summary',r);
        return(s.textContent+' '+(s.dataset.id||'')).toLowerCase()});
        if(!all&&!masks)masks=rows.map(mask);
        let n=0;rows.forEach((r,i)=>{
        const ok=words.every(w=>texts[i].includes(w))&&(all||(masks[i]&want)!==0);
        if(r.hidden===ok)r.hidden=!ok;if(ok)n++});
        shown.textContent=n===rows.length?n+' fixes':n+' of '+rows.length+' fixes'};
        const columns=()=>{off=new Set();let css='';
        lines.forEach((l,i)=>{if(!l.checked){off.add(i);
        css+='tr>:nth-child('+(i+2)+'){display:none}'}});
        css+=':root{--n-lines:'+Math.max(1,lines.length-off.size)+'}';
        rule.textContent=css;masks=null;apply()};
        q.addEventListener('input',()=>{clearTimeout(timer);timer=setTimeout(apply,90)});
        keys.forEach(k=>k.addEventListener('change',apply));
        lines.forEach(l=>l.addEventListener('change',columns));
        const entry=td=>$('li[data-l="'+(td.cellIndex-1)+'"]',td.parentNode);
        const hide=()=>{card.hidden=true};
        const show=td=>{const li=entry(td);
        if(!li)return hide();
        card.replaceChildren(...[...li.childNodes].map(n=>n.cloneNode(true)));
        card.hidden=false;const b=td.getBoundingClientRect(),c=card.getBoundingClientRect();
        card.style.left=Math.max(8,Math.min(b.left,innerWidth-c.width-8))+'px';
        card.style.top=(b.bottom+c.height+8<innerHeight?b.bottom+4:Math.max(8,b.top-c.height-4))+'px'};
        table.addEventListener('pointerover',e=>{
        if(e.pointerType==='touch')return;const td=e.target.closest('td');td?show(td):hide()});
        table.addEventListener('pointerleave',hide);
        $('.scroll').addEventListener('scroll',hide,{passive:true});
        const open=td=>{const d=$('details',td.parentNode);hide();
        const old=$('li.on',td.parentNode);if(old)old.classList.remove('on');
        d.open=true;const li=entry(td);if(li)li.classList.add('on')};
        let current=null;
        const focus=td=>{if(!td)return;if(current)current.tabIndex=-1;
        current=td;td.tabIndex=0;td.focus();show(td)};
        const first=$('tbody td');if(first){first.tabIndex=0;current=first}
        table.addEventListener('click',e=>{const td=e.target.closest('td');
        if(td){focus(td);open(td)}});
        const beside=(e,name)=>{do{e=e&&e[name]}while(e&&(e.hidden||!e.offsetParent));return e};
        table.addEventListener('keydown',e=>{
        if(e.key==='Escape')return hide();
        const td=e.target.closest('td');if(!td)return;const r=td.parentNode,i=td.cellIndex;
        const step={ArrowRight:()=>beside(td,'nextElementSibling'),
        ArrowLeft:()=>{const p=beside(td,'previousElementSibling');
        return p&&p.tagName==='TD'?p:null},
        ArrowDown:()=>{const n=beside(r,'nextElementSibling');return n&&n.cells[i]},
        ArrowUp:()=>{const n=beside(r,'previousElementSibling');return n&&n.cells[i]}}[e.key];
        if(step){e.preventDefault();focus(step())}
        else if(e.key==='Enter'||e.key===' '){e.preventDefault();open(td)}});
        apply()})();
        """
}
