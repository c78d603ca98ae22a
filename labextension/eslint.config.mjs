import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/lib/**', '**/node_modules/**'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.json'],
        tsconfigRootDir: import.meta.dirname
      }
    },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase']
        }
      ],
      // numbers in templates are what this panel is made of
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true }
      ],
      // handlers are written `() => { void promise }` or as a call that returns nothing
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true }
      ],
      // Lumino's connect takes a method and its `this` apart
      '@typescript-eslint/unbound-method': 'off',
      // Lumino declares its tokens and namespaces so
      '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }],
      'no-restricted-syntax': [
        'error',
        ...[
          'JSXText[value=/[A-Za-z]{2}/]',
          'JSXAttribute[name.name=/^(aria-label|title|alt|label)$/] > Literal[value=/[A-Za-z]{2}/]',
          'Property[key.name=/^(label|caption|title)$/] > Literal[value=/[A-Za-z]{2}/]',
          "AssignmentExpression[left.property.name=/^(label|caption)$/] > Literal[value=/[A-Za-z]{2}/]"
        ].map(selector => ({
          selector,
          message: 'What a reader sees goes through the translator: trans.__(…)'
        }))
      ],
      complexity: ['error', 12],
      'max-lines': ['error', 400]
    }
  },
  // generated, as long as the records are
  { files: ['**/src/api.ts'], rules: { 'max-lines': 'off' } }
);
