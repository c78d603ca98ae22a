/** The house rules of the extension's modules (docs/panel.md). */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle hides who owns what.',
      from: {},
      to: { circular: true }
    },
    {
      name: 'model-is-plain',
      severity: 'error',
      comment: 'The model knows no React, no DOM widgets and no view.',
      from: { path: '^labextension/src/model/' },
      to: {
        path: [
          '^labextension/src/(elements|run|preview|output|page|panel|table|compare|history|restore|badge|statusbar|client|commands|index)',
          'node_modules/(react|react-dom|@tanstack|@lumino/widgets|@jupyterlab/(ui-components|apputils|application|notebook|cells|services))/'
        ]
      }
    },
    {
      name: 'requests-only-from-the-client',
      severity: 'error',
      comment: 'One typed client speaks with the server.',
      from: { path: '^labextension/src/', pathNot: '^labextension/src/client/' },
      to: { path: 'node_modules/@jupyterlab/services/', dependencyTypesNot: ['type-only'] }
    },
    {
      name: 'views-do-not-know-each-other',
      severity: 'error',
      comment: 'Outputs, page, panel, table, comparison, history, restore, badges and status bar meet in the model only; what they share is in elements/ and run/.',
      from: { path: '^labextension/src/(output|page|panel|table|compare|history|restore|badge|statusbar)/' },
      to: {
        path: '^labextension/src/(output|page|panel|table|compare|history|restore|badge|statusbar)/',
        pathNot: '^labextension/src/$1/'
      }
    },
    {
      name: 'previews-know-no-view',
      severity: 'error',
      comment: 'A preview is shown by the panel, by a comparison and by a page; it gets what it needs.',
      from: { path: '^labextension/src/(preview|elements)/' },
      to: { path: '^labextension/src/(run|output|panel|page|table|compare|history|restore|badge|statusbar|commands|client)' }
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'A module that nobody imports is dead.',
      from: { orphan: true, pathNot: '\\.d\\.ts$' },
      to: {}
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] }
  }
};
