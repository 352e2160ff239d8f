/** Values that are drawn for the properties that bear on whether something is seen: each line names properties, and behind the colon their values. */
const table = String.raw`
width height min-width min-height max-width max-height: 0 | 0px | 1px | 2px | 3px | 5px | 12px | 40px | 60px | 200px | 600px | 1% | 10% | 50% | 100%
width height min-width max-width max-height: 150% | 1em | .05em | 4em | .1rem | 6rem | 1vw | 20vw | 1pt | 60pt | auto | .01in | 5mm | 2ex | 0.5px | 1e2px
width height min-width max-width max-height: calc(100% - 20px) | calc(1px - 1px) | calc(2px*30) | max(1px,50%) | clamp(0px,1px,2px) | clamp(10px,50%,90px)
width max-width min-width: 0% | .1% | min(1px,100%) | min(600px,100%) | fit-content
width height: var(--a) | var(--b,0) | var(--c,60px) | max(0px,0px) | 90
left top margin-left margin-top text-indent: 0 | -1px | -20px | -60px | -99px | -150px | -300px | -600px | -999px | -9999px | -50% | -100% | -200% | 20px
left top margin-left margin-top text-indent: -10em | -100em | -100vw | 300px | 900px | 100% | 50% | auto | calc(-1*999px) | var(--d) | -1000pt | -40in
right bottom margin-right margin-bottom: 0 | 20px | 300px | 600px | 999px | 9999px | 50% | 100% | 200% | -20px | -60px | 100em | 100vw | auto
display: none | block | inline | inline-block | table | table-cell | flex | grid | contents | list-item | flow-root | table-row | inline-flex
visibility: hidden | visible | collapse | inherit
opacity: 0 | 1 | 0.5 | .01 | .001 | 0.02 | .1 | 0% | 100% | 50% | 1% | 2 | -1 | calc(0) | var(--e,0) | calc(1 - 1)
filter: opacity(0) | opacity(50%) | opacity(1) | blur(1px) | opacity(.01) | none
overflow: hidden | visible | clip | auto | scroll | hidden visible | visible hidden
overflow-x overflow-y: hidden | visible | clip
position: static | relative | absolute | fixed | sticky
inset: 0 | 0 auto auto -9999px | -999px | auto | 0 0 0 0 | 50%
margin: 0 | 0 auto | -999px | -9999px 0 0 | 0 0 0 -999px | 20px | 0 -9999px 0 0 | -50px
padding: 0 | 1px | 20px | 0 20px | 20px 0 | 30% 0 0
padding-top padding-left: 0 | 1px | 20px | 50%
border: 0 | 1px solid #888 | 20px solid transparent
box-sizing: border-box | content-box
transform: none | scale(0) | scale(.01) | scale(0,1) | scaleX(0) | scale(2) | scale3d(1,0,1) | scale(0) scale(1) | translate(-9999px) | translateX(-100%)
transform: translateX(-100vw) | translateY(-999px) | translate(-50%,-50%) | translate(0,-200%) | translateZ(0) | rotate(90deg) | rotateY(90deg) | rotateX(90deg)
transform: rotateY(180deg) | rotate3d(1,0,0,90deg) | rotate3d(0,1,0,45deg) | skew(90deg) | skewX(45deg) | matrix(0,0,0,0,0,0) | matrix(1,0,0,1,-999,0) | matrix(0,1,-1,0,0,0)
scale: 0 | 1 | .5 | 0.01 | none | 1 0 | 0 1 | 1 1 0
rotate: 90deg | y 90deg | x 90deg | 0 1 0 90deg | x 45deg | none
translate: -9999px | 0 -999px | -100vw | -50% -50% | none | -200%
zoom: 0 | 1 | .01 | .5 | 0% | normal | 1% | reset
clip: rect(0,0,0,0) | rect(0 0 0 0) | rect(1px,1px,1px,1px) | rect(0,90px,90px,0) | auto | rect(auto,auto,auto,auto)
clip-path: none | inset(50%) | inset(0) | inset(100%) | inset(0 0 100% 0) | inset(0 50px) | inset(999px) | circle(0) | ellipse(0 50%) | ellipse(0 0) | url(#none)
clip-path: polygon(0 0) | polygon(0 0,0 0,0 0) | polygon(0 0,100% 0,100% 100%) | polygon(0 0,100% 100%,0 0) | rect(0 0 0 0) | xywh(0 0 0 0)
-webkit-clip-path: circle(0) | none | inset(0)
mask -webkit-mask mask-image: none | linear-gradient(transparent,transparent) | linear-gradient(#000,#000) | linear-gradient(#0000 0 0) | linear-gradient(rgba(0,0,0,0),rgba(0,0,0,0))
mask-size: 0 | 1px | auto | 0 0 | 100% 100%
content-visibility: hidden | visible | auto
contain: strict | content | size | paint | layout | none
font-size: 0 | 0px | 1px | 16px | 12pt | 0% | 2em
line-height: 0 | 1 | 0px | 1px | 20px | 100% | normal
object-fit: none | cover | contain | fill | scale-down
object-position: -9999px 0 | 9999px | 0 0 | 50% 50% | -200px -200px | left -999px top | -100% 0
aspect-ratio: 1 | 16/9 | 100/1 | 1/100 | auto | 1000
float: left | right | none
vertical-align: top | middle | -999px | 0 | -9999px
table-layout: fixed | auto
grid-template-columns: 0 | 1fr | 0 1fr | 100px
flex: 0 | 1 | 0 0 0 | 0 0 1px | 1 1 100px
white-space: nowrap | normal
direction: rtl | ltr
z-index: -1 | 0 | 1
all: unset | initial | revert
mso-hide: all | none
animation: none | x 1s
border-radius: 50% | 0 | 999px
writing-mode: vertical-rl | horizontal-tb
background-position: -9999px 0 | 0 0 | 9999px | -200px -200px | 50% | 0 -999px | -100% 0 | right -999px top 0 | center
background-size: 0 | 0 0 | 1px | cover | contain | 100% 100% | 0 auto | 1px 1px | auto
background-repeat: no-repeat | repeat | repeat-x
background-clip: border-box | content-box | padding-box
`;

function read(): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const line of table.trim().split('\n')) {
    const colon = line.indexOf(': ');
    for (const name of line.slice(0, colon).split(' ')) {
      const known = values.get(name) ?? [];
      known.push(...line.slice(colon + 2).split(' | '));
      values.set(name, known);
    }
  }
  return values;
}

export const VALUES = read();
/** Those of them that senders know are drawn more often. */
export const COMMON: readonly string[] = (
  'width height max-width max-height display visibility opacity overflow position left top margin margin-left margin-top text-indent ' +
  'font-size line-height clip clip-path transform float width height display overflow position'
).split(' ');
export const OF_BACKGROUNDS = [...VALUES.keys()].filter((name) => name.startsWith('background-'));
export const OF_BOXES = [...VALUES.keys()].filter((name) => !name.startsWith('background-'));
