// Changes of an incident by the reader, and whether the reader may make any.
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import type { IncidentChange, IncidentDetail } from '@yagura/schema'
import { api } from '../../data/client.ts'
import { useSession } from '../../data/session.ts'
import { useErrorText } from '../../design/states.tsx'
import { showToast } from '../../design/toast.tsx'

/** Viewers see everything and change nothing. */
export function useMayAct(): boolean {
  const role = useSession().data?.user.role
  return role === 'analyst' || role === 'admin'
}

export function useReaderName(): string {
  return useSession().data?.user.name ?? ''
}

export function useChangeIncident(id: string): UseMutationResult<IncidentDetail, Error, IncidentChange> {
  const queries = useQueryClient()
  const errorText = useErrorText()
  return useMutation({
    mutationFn: (body: IncidentChange) => api('changeIncident', { params: { id }, body }),
    onSuccess: (incident) => {
      queries.setQueryData(['getIncident', { params: { id } }], incident)
      for (const list of ['listIncidents', 'getIncidentFacets', 'getOverview'])
        void queries.invalidateQueries({ queryKey: [list] })
    },
    onError: (error) => showToast(errorText(error)),
  })
}
