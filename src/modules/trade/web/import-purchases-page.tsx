import { Navigate } from '@tanstack/react-router';

/** The import page, told that the rows are purchases. */
export default function ImportPurchasesPage() {
  return <Navigate to="/imports" search={{ target: 'purchase' }} replace />;
}
