-- agents.csv: the agent and the Software Update Plug-in of each computer, with their versions (C2).
--
-- Source: Inv_AeX_AC_Client_Agent(_ResourceGuid, [Agent Name], [Product Version]), as in the Connect tools of L. Ferre; the
-- plug-in of Patch Management is listed there as 'Altiris Software Update Agent'.
SET NOCOUNT ON;
SELECT a._ResourceGuid AS [ResourceGuid]
     , REPLACE(REPLACE(REPLACE(REPLACE(a.[Agent Name], CHAR(9), ' '), CHAR(10), ' '), CHAR(13), ' '), '"', '''') AS [AgentName]
     , REPLACE(REPLACE(a.[Product Version], CHAR(9), ' '), '"', '''') AS [ProductVersion]
FROM Inv_AeX_AC_Client_Agent a WITH (NOLOCK)
WHERE a.[Agent Name] IN ('Altiris Agent', 'Symantec Management Agent')
   OR a.[Agent Name] LIKE '%Software Update%'
ORDER BY a._ResourceGuid;
