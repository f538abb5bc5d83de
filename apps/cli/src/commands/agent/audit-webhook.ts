// Prints a kubeconfig for `kube-apiserver --audit-webhook-config-file`: where this server is, by whom it is certified, and a token
// that may send audit events and nothing else.
import { dataPaths, YaguraError } from '@yagura/kernel'
import { postToServer } from '../../admin/request.ts'

export async function auditWebhook(name: string): Promise<void> {
  const { url, ca, token } = await postToServer(dataPaths().server.adminSocket, '/audit-webhooks', { name })
  if (typeof url !== 'string' || typeof ca !== 'string' || typeof token !== 'string')
    throw new YaguraError('UNAVAILABLE', 'The server gave no webhook.')
  process.stdout.write(kubeconfig(url, ca, token))
}

/** JSON is YAML, and quotes by itself. Source: Kubernetes documentation, "Webhook backend"; the format is that of a kubeconfig. */
function kubeconfig(server: string, ca: string, token: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'yagura', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'kube-apiserver', user: { token } }],
    contexts: [{ name: 'yagura', context: { cluster: 'yagura', user: 'kube-apiserver' } }],
    'current-context': 'yagura',
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
