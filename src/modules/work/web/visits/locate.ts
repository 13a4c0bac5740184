export type Located =
  | { location: 'known'; latitude: number; longitude: number; accuracy: number }
  | { location: 'denied' | 'unavailable' };

/** Asks the phone where it is; a refusal is an answer too. */
export function locate(): Promise<Located> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve({ location: 'unavailable' });
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => resolve({ location: 'known', latitude, longitude, accuracy }),
      (error) => resolve({ location: error.code === error.PERMISSION_DENIED ? 'denied' : 'unavailable' }),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  });
}
