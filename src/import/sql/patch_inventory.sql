-- patch_inventory.csv: when each computer last sent a Patch Inventory, the result of an assessment scan.
--
-- Source: ResourceUpdateSummary(ResourceGuid, InventoryClassGuid, ModifiedDate), "Spotlight on the Notification Server
-- ResourceUpdateSummary Table" by L. Ferre (Connect); vItem(Guid, Name), KB 181556. The GUIDs of the classes in which the
-- results of scans arrive are not published, so they are found by name: data tables are called Inv_ and the name of the
-- class, and the one of scans is Inv_Applicable_Windows_Software_Update. 7.x and 8.x: check in Resource Manager, Inventory,
-- that the classes of your server are called so; if none is, no row comes out: then do not send this table.
SET NOCOUNT ON;
SELECT r.ResourceGuid AS [ResourceGuid]
     , CONVERT(varchar(19), MAX(r.ModifiedDate), 120) AS [LastPatchInventory]
FROM ResourceUpdateSummary r WITH (NOLOCK)
JOIN vItem k WITH (NOLOCK) ON k.Guid = r.InventoryClassGuid
WHERE REPLACE(k.Name, '_', ' ') IN ('Applicable Windows Software Update', 'Installed Windows Software Update')
GROUP BY r.ResourceGuid
ORDER BY r.ResourceGuid;
