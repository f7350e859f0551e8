-- purpose: mail the incidents of the last minutes to the recipients, if there are any of both
-- grain: one mail per call; returns its text
DECLARE
  incidents INTEGER;
  message VARCHAR;
BEGIN
  SELECT
    COUNT(*),
    LISTAGG(incident || ' | ' || subject || ' | ' || description || ' | run ' || COALESCE(run_id, '?'), '\n')
      WITHIN GROUP (ORDER BY happened_at, subject)
  INTO :incidents, :message
  FROM OBSERVABILITY.V_INCIDENTS
  WHERE happened_at > DATEADD('minute', -1 * :minutes, SYSDATE());
  IF (incidents = 0) THEN
    RETURN 'No incidents.';
  END IF;
  message := LEFT(message, 100000);
  IF (recipients <> '') THEN
    LET subject VARCHAR := 'Customer 360: ' || TO_VARCHAR(incidents) || ' incident(s)';
    CALL SYSTEM$SEND_EMAIL(:mail_integration, :recipients, :subject, :message);
  END IF;
  RETURN message;
END
