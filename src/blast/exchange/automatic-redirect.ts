import { QblError } from '../../error.ts';
import type { Exchange } from './exchange.ts';
import type { TargetRequest } from './request.ts';

/** HttpClient checks these statuses (DefaultRedirectStrategy.java, LaxRedirectStrategy.java). */
const REDIRECTS = /^30[12378]$/;
const NO_LOCATION = /: Missing location header in redirect for /;

/**
 * Refuses a redirect that JMeter's HTTP client would follow itself. The client sends other requests than JMeter does with
 * follow_redirects, so qbl cannot go on as JMeter would.
 * @throws QblError 'usage' if the response is such a redirect
 */
export function refuseAutomaticRedirect(
  { label, redirectsAutomatically }: Pick<TargetRequest, 'label' | 'redirectsAutomatically'>,
  { responseCode, responseMessage }: Pick<Exchange, 'responseCode' | 'responseMessage'>,
): void {
  if (!redirectsAutomatically) return;
  if (!REDIRECTS.test(responseCode) && !NO_LOCATION.test(responseMessage)) return;
  throw new QblError(
    'usage',
    `request '${label}': the server redirects the request, but qbl does not follow automatic redirects`,
    {
      hint: 'In the .jmx file, choose "Follow Redirects" in place of "Redirect Automatically". Or let JMeter send the file: qbl jmeter --plan',
    },
  );
}
