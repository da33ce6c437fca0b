-- licenses.csv: the licenses owned. No table of them is published, so they are copied by hand from the console,
-- Settings > Notification Server > Licensing (or the Symantec Installation Manager, Add/Update licenses): a row for each
-- license file. Replace the row below, and add one for each further file in the same form.
-- Kind: Perpetual, Subscription, Temporary or Trial. Dates: yyyy-MM-dd, or NULL. MaintenanceEnds is the end of AUP.
SET NOCOUNT ON;
SELECT f.ProductName AS [ProductName]
     , f.Kind AS [Kind]
     , f.Nodes AS [Nodes]
     , f.Starts AS [Starts]
     , f.Expires AS [Expires]
     , f.MaintenanceEnds AS [MaintenanceEnds]
FROM (VALUES
    ('Patch Management Solution for Windows', 'Perpetual', 'FILL IN', '2024-06-01', NULL, '2026-12-31')
) f (ProductName, Kind, Nodes, Starts, Expires, MaintenanceEnds);
