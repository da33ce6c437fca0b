-- computers.csv: every record of a computer, whatever its status.
--
-- Sources: RM_ResourceComputer(Guid, Name, IsManaged) and the date of the last Basic Inventory, ResourceUpdateSummary of
-- the class AeX AC Identification, as in the Connect articles and tools of L. Ferre; the association of a computer with its
-- status and the view of status names, "SMP - Reports - Asset's Status" by A. Hedley (Connect 3814461); GUIDs of statuses,
-- KB 173045; Evt_NS_Client_Config_Request, KB 181556. vComputer lists computers whose status is Active, and no others;
-- RM_ResourceComputer lists all. Statuses are recognised by GUID, so the words are English in any console language.
SET NOCOUNT ON;
SELECT c.Guid AS [Guid]
     , REPLACE(REPLACE(REPLACE(REPLACE(c.Name, CHAR(9), ' '), CHAR(10), ' '), CHAR(13), ' '), '"', '''') AS [Name]
     , REPLACE(REPLACE(REPLACE(REPLACE(i.Domain, CHAR(9), ' '), CHAR(10), ' '), CHAR(13), ' '), '"', '''') AS [Domain]
     , CAST(c.IsManaged AS int) AS [IsManaged]
     , CASE
           WHEN a.ChildResourceGuid = '492C463B-AFA2-4DD6-AE73-6FD2C7B0E489' THEN 'Retired'
           WHEN a.ChildResourceGuid = '485C2F89-2FAF-46F3-9E98-D80116D1022D' THEN 'Disposed'
           WHEN a.ChildResourceGuid = '588224BA-16C7-4F84-B808-EF895CE5F759' THEN 'Returned to Lessor'
           WHEN v.Guid IS NOT NULL THEN 'Active'
           WHEN s.Name IS NOT NULL THEN s.Name -- [check]
           WHEN a.ChildResourceGuid IS NOT NULL THEN 'Other than Active'
       END AS [Status]
     -- When computers asked for their configuration is an event: it is there only while the server logs such events, and
     -- only as far back as it keeps them. If the column comes out empty, delete it from computers.csv: an empty cell means
     -- "never". 7.x and 8.x: check the names of the columns.
     , CONVERT(varchar(19), q.LastRequest, 120) AS [LastConfigRequest] -- [check]
     , CONVERT(varchar(19), b.LastInventory, 120) AS [LastBasicInventory]
     , REPLACE(REPLACE(i.[OS Name], CHAR(9), ' '), '"', '''') AS [OS]
FROM RM_ResourceComputer c WITH (NOLOCK)
LEFT JOIN vComputer v WITH (NOLOCK) ON v.Guid = c.Guid
LEFT JOIN Inv_AeX_AC_Identification i WITH (NOLOCK) ON i._ResourceGuid = c.Guid
LEFT JOIN ResourceAssociation a WITH (NOLOCK)
       ON a.ParentResourceGuid = c.Guid AND a.ResourceAssociationTypeGuid = '3028166F-C0D6-41D8-9CB7-F64852E0FD01'
-- The names of other statuses, such as In Stock. 7.x and 8.x: check the name of the view.
LEFT JOIN vRM_Fixed_Asset_Status_Resource_Type_Item s WITH (NOLOCK) ON s.Guid = a.ChildResourceGuid -- [check]
LEFT JOIN (SELECT ResourceGuid, MAX(ModifiedDate) AS LastInventory
           FROM ResourceUpdateSummary WITH (NOLOCK)
           WHERE InventoryClassGuid = '9E6F402A-6A45-4CBA-9299-C2323F73A506'
           GROUP BY ResourceGuid) b ON b.ResourceGuid = c.Guid
LEFT JOIN (SELECT _ResourceGuid, MAX(_eventTime) AS LastRequest -- [check]
           FROM Evt_NS_Client_Config_Request WITH (NOLOCK) -- [check]
           GROUP BY _ResourceGuid) q ON q._ResourceGuid = c.Guid -- [check]
ORDER BY c.Guid;
