/** The documentation that ships with the package, page by page; nothing in it comes from elsewhere. */
import type { MainAreaWidget } from '@jupyterlab/apputils';
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { PanelLayout, Widget } from '@lumino/widgets';
import { mainArea } from '../elements/mainview';
import { trailIcon } from '../icons';
import { TrailFailure } from '../model/failure';
import type { TrailSource } from '../model/source';

const MARKDOWN = 'text/markdown';
const PAGE = /^(?:\.\/)?([a-z][a-z-]*)\.md(?:#.*)?$/;
/** A picture, or a line that only names pictures: they are not shipped. */
const PICTURES = /^(More pictures:.*|!\[[^\]]*\]\([^)]*\))$/gm;

/** A view that shows one page at a time. */
export class Pages extends Widget {
  private readonly contents = document.createElement('nav');
  private readonly renderer: IRenderMime.IRenderer;
  private shown = '';

  constructor(
    private readonly source: TrailSource,
    private readonly rendermime: IRenderMimeRegistry,
    trans: TranslationBundle
  ) {
    super();
    this.addClass('ct-Docs');
    this.node.tabIndex = -1;
    this.contents.className = 'ct-Docs-contents';
    this.contents.setAttribute('aria-label', trans.__('Contents'));
    this.renderer = rendermime.createRenderer(MARKDOWN);
    const host = new Widget({ node: this.contents });
    this.renderer.addClass('ct-Docs-page');
    const layout = new PanelLayout();
    layout.addWidget(host);
    layout.addWidget(this.renderer);
    this.layout = layout;
    this.node.addEventListener('click', this.onClick);
  }

  /** The name of the page that is shown. */
  get page(): string {
    return this.shown;
  }

  override dispose(): void {
    this.node.removeEventListener('click', this.onClick);
    super.dispose();
  }

  /** Show a page; the first one where the name is empty or unknown. */
  async open(page: string): Promise<void> {
    try {
      const known = await this.source.docs();
      const name = known.pages.find(each => each.name === page)?.name;
      this.shown = name ?? known.pages[0]?.name ?? '';
      this.list(known.pages);
      const { text } = await this.source.docsPage(this.shown);
      await this.render(text.replace(PICTURES, ''));
    } catch (reason) {
      await this.render(TrailFailure.of(reason).message);
    }
  }

  protected override onActivateRequest(): void {
    this.node.focus({ preventScroll: true });
  }

  private list(pages: readonly { name: string; title: string }[]): void {
    this.contents.replaceChildren(
      ...pages.map(({ name, title }) => {
        const link = document.createElement('a');
        link.href = `${name}.md`;
        link.textContent = title;
        if (name === this.shown) {
          link.setAttribute('aria-current', 'page');
        }
        return link;
      })
    );
  }

  private async render(text: string): Promise<void> {
    const data = { [MARKDOWN]: text };
    const model = this.rendermime.createModel({ data, trusted: false });
    await this.renderer.renderModel(model);
    this.renderer.node.scrollTop = 0;
  }

  private readonly onClick = (event: MouseEvent): void => {
    const link = (event.target as Element).closest('a');
    const href = link?.getAttribute('href') ?? '';
    if (link === null || href === '' || href.startsWith('#')) {
      return;
    }
    const page = PAGE.exec(href)?.[1];
    if (page !== undefined || !/^https?:/.test(href)) {
      event.preventDefault();
    }
    if (page !== undefined) {
      void this.open(page).then(() => this.node.focus());
    }
  };
}

/** The view's frame in the main area. */
export function pagesView(
  source: TrailSource,
  rendermime: IRenderMimeRegistry,
  trans: TranslationBundle
): MainAreaWidget<Pages> {
  const content = new Pages(source, rendermime, trans);
  return mainArea(content, {
    id: 'celltrail-docs',
    icon: trailIcon,
    label: trans.__('celltrail Documentation')
  });
}
