-- targets.csv: which computers the policies of Patch Management target (C1, C3, C5).
--
-- None of these names is published by the vendor: 7.x and 8.x: check all of them. ItemAppliesTo says which targets a policy
-- has, ResourceTargetMembershipCache which computers are in a target since the last membership update (T2), ItemActive which
-- policies are on. Where this query fails, leave the table out: it is optional.
-- Clones of the Default Software Update Plug-in policy are found by its class, whatever they are called; the policies of
-- the Inventory Plug-in are there to tell a computer that the membership updates missed from one that was left out.
SET NOCOUNT ON;
SELECT m.ResourceGuid AS [ResourceGuid]
     , REPLACE(REPLACE(REPLACE(REPLACE(p.Name, CHAR(9), ' '), CHAR(10), ' '), CHAR(13), ' '), '"', '''') AS [PolicyName]
FROM vItem p WITH (NOLOCK)
JOIN ItemActive e WITH (NOLOCK) ON e.Guid = p.Guid AND e.Enabled = 1
JOIN ItemAppliesTo t WITH (NOLOCK) ON t.ItemGuid = p.Guid
JOIN ResourceTargetMembershipCache m WITH (NOLOCK) ON m.ResourceTargetGuid = t.ResourceTargetGuid
WHERE p.Name LIKE '%Software Update Plug-in%'
   OR p.Name LIKE '%System Assessment Scan%'
   OR p.Name LIKE '%Inventory Plug-in%'
   OR p.ClassGuid IN (SELECT d.ClassGuid FROM vItem d WITH (NOLOCK) WHERE d.Name LIKE 'Default Software Update Plug-in%')
GROUP BY m.ResourceGuid, p.Name
ORDER BY m.ResourceGuid, p.Name;
