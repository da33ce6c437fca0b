-- license_in_use.csv: which resource holds a license of which product (C6).
--
-- Source: LicenseInUse(LicensingPolicyGuid, ResourceGuid) and vProduct(Guid, Name), the vendor's query of TECH170397. That
-- query joins vComputer, too, and so leaves out the records that are not Active: those hold licenses as well (V1, V6), so
-- this one does not. Licenses of other products are left out, except those whose product has no name.
SET NOCOUNT ON;
SELECT REPLACE(REPLACE(REPLACE(REPLACE(p.Name, CHAR(9), ' '), CHAR(10), ' '), CHAR(13), ' '), '"', '''') AS [ProductName]
     , l.LicensingPolicyGuid AS [LicensingPolicyGuid]
     , l.ResourceGuid AS [ResourceGuid]
FROM LicenseInUse l WITH (NOLOCK)
LEFT JOIN vProduct p WITH (NOLOCK) ON p.Guid = l.LicensingPolicyGuid
WHERE p.Name IS NULL OR p.Name LIKE '%Patch%' OR p.Name LIKE '%Suite%'
ORDER BY l.ResourceGuid;
