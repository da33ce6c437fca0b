@echo off
rem Runs the queries of this folder and writes a table for each into the folder export. They only read.
rem
rem   export.cmd SQLSERVER [DATABASE]
rem
rem sqlcmd comes with SQL Server and with its command-line tools. It logs on as the user who runs this file (-E); the right
rem to read the database is enough. The tables are separated by tabs, in Unicode, whatever the regional settings are.
setlocal
if "%~1"=="" (
  echo usage: export.cmd SQLSERVER [DATABASE]
  exit /b 2
)
set "SERVER=%~1"
set "DATABASE=%~2"
if "%DATABASE%"=="" set "DATABASE=Symantec_CMDB"
cd /d "%~dp0"
if not exist export mkdir export
for %%T in (computers agents license_in_use patch_inventory targets products) do call :table %%T
findstr /c:"FILL IN" licenses.sql >nul
if errorlevel 1 (
  call :table licenses
) else (
  echo licenses: not exported; fill in licenses.sql, see there
)
echo Next: fleetsim audit "%CD%\export"
exit /b 0

:table
call :query %1.sql export\%1.csv
if not errorlevel 1 (
  echo export\%1.csv written
  exit /b 0
)
type export\%1.csv
del export\%1.csv
if not exist %1.documented.sql (
  echo %1: the query failed; the table is left out
  exit /b 1
)
echo %1: the query failed; without what differs by version:
call :query %1.documented.sql export\%1.csv
if not errorlevel 1 (
  echo export\%1.csv written, without some columns
  exit /b 0
)
type export\%1.csv
del export\%1.csv
echo %1: that query failed, too; the table is left out
exit /b 1

:query
sqlcmd -S "%SERVER%" -d "%DATABASE%" -E -b -u -W -w 65535 -s "	" -i %1 -o %2
exit /b %errorlevel%
