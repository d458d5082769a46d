// What the tests look at from inside a page; evaluated there, so it is no module.
globalThis.inPage = {
  openAll() {
    for (const each of document.querySelectorAll('details')) each.open = true
  },

  /** Elements and their attributes, without what they hold. */
  skeleton() {
    return this.skeletonOf(document)
  },

  parse(html) {
    return new DOMParser().parseFromString(html, 'text/html')
  },

  skeletonOf(root) {
    const all = [...root.querySelectorAll('*')].filter(({ localName }) => localName !== 'wbr')
    return all.map((each) => {
      const names = [...each.attributes].map(({ name }) => name)
      return [each.namespaceURI.endsWith('svg') ? 'svg' : '', each.localName, ...names].join(' ')
    })
  },

  /** What could run or load something, whoever wrote it. */
  active() {
    const tags =
      'script,img,iframe,object,embed,link,base,form,input,button,use,image,video,audio,animate,set'
    const found = [...document.querySelectorAll(tags)].map((each) => each.outerHTML)
    const isActive = ({ name, value }) =>
      /^on|^style$|^src/.test(name) || (/href$/.test(name) && !value.startsWith('#'))
    for (const each of document.querySelectorAll('*')) {
      found.push(
        ...[...each.attributes].filter(isActive).map(({ name, value }) => `${name}=${value}`),
      )
    }
    return found
  },

  async axe(tags) {
    const { violations, passes } = await globalThis.axe.run(document, { runOnly: tags })
    const where = ({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`)
    return { violations: violations.flatMap(where), passes: passes.map(({ id }) => id) }
  },

  /** Text that is not where it can be read; the picture scrolls in its own box. */
  cutOff() {
    const elements = [...document.querySelectorAll('main *, header *')].filter(
      (each) =>
        each.checkVisibility() &&
        !each.closest('.scroll,caption,.skip') &&
        each.childElementCount === 0,
    )
    const isOut = (each) => {
      const { left, right, width } = each.getBoundingClientRect()
      return width > 1 && (left < 0 || right > innerWidth)
    }
    return elements.filter(isOut).map((each) => each.outerHTML.slice(0, 200))
  },

  /** Nodes of the picture whose text leaves them, or is too faint for what it stands on (AA: 4.5). */
  badNodes() {
    return [...document.querySelectorAll('svg.node')].flatMap((node) => {
      const box = node.querySelector('rect').getBoundingClientRect()
      const behind = getComputedStyle(node.querySelector('rect')).fill
      return [...node.querySelectorAll('text,tspan')].flatMap((text) => {
        const { left, right } = text.getBoundingClientRect()
        const bad = []
        if (left < box.left || right > box.right)
          bad.push(`${text.textContent} is ${right - box.right} px too wide`)
        const ratio = contrast(getComputedStyle(text).fill, behind)
        if (ratio < 4.5) bad.push(`${text.textContent} has a contrast of ${ratio}`)
        return bad
      })
    })
  },

  /** Numbers everything that can be activated. @returns how many there are. */
  countStops() {
    const all = [...document.querySelectorAll('a,summary,button,input,[tabindex="0"]')]
    stops = all.filter((each) => each.checkVisibility())
    return stops.length
  },

  /** The number of what has the focus, -1 for none of those, and whether one sees that it has it. */
  focus() {
    const focused = document.activeElement
    const { outlineStyle, outlineWidth } = getComputedStyle(focused)
    const area = getComputedStyle(focused.querySelector(':scope > rect') ?? focused)
    const isRinged = area.stroke !== 'none' && Number.parseFloat(area.strokeWidth) >= 3
    const isOutlined = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    const { width, height, left, right } = focused.getBoundingClientRect()
    const isThere = width > 0 && height > 0 && right > 0 && left < innerWidth
    return { stop: stops.indexOf(focused), isSeen: isThere && (isRinged || isOutlined) }
  },
}

let stops = []

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** Relative luminance of `rgb(r, g, b)` (WCAG 2). */
function luminance(colour) {
  const [red, green, blue] = colour.match(/\d+/g).map((part) => {
    const share = Number(part) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
