-- products.csv: names of products, for licenses in use that name none.
--
-- Source: vProduct(Guid, Name), the vendor's query of TECH170397, which joins it with LicenseInUse by its GUID.
SET NOCOUNT ON;
SELECT p.Guid AS [Guid]
     , REPLACE(REPLACE(REPLACE(REPLACE(p.Name, CHAR(9), ' '), CHAR(10), ' '), CHAR(13), ' '), '"', '''') AS [Name]
FROM vProduct p WITH (NOLOCK)
WHERE p.Name IS NOT NULL
ORDER BY p.Guid;
