/** Which tag is being edited where it stands: one at a time. */
import { useMemo, useState } from 'react';
import type { RunSummary } from '../api';
import type { Column } from '../model/table/columns';
import { columnId } from '../model/table/columns';
import { canEdit } from '../model/table/values';

/** The cell that is edited; empty texts where none is. */
export interface Editing {
  runId: string;
  columnId: string;
  begin(run: RunSummary, column: Column | undefined): boolean;
  end(): void;
}

/** Follow the editing of tags. */
export function useEditing(): Editing {
  const [cell, setCell] = useState({ runId: '', columnId: '' });
  return useMemo(
    () => ({
      ...cell,
      begin: (run: RunSummary, column: Column | undefined) => {
        const isBegun = column !== undefined && canEdit(run, column);
        if (isBegun) {
          setCell({ runId: run.run_id, columnId: columnId(column) });
        }
        return isBegun;
      },
      end: () => setCell({ runId: '', columnId: '' })
    }),
    [cell]
  );
}
