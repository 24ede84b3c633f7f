namespace Meshlift.Tests.CommandLine;

/// <summary>Full and read-only disks: all of a rendering is written, or nothing of it.</summary>
public sealed class DiskTests
{
    private const int Page = 4096;
    private const string Folder = "clusters/testing/istio-system";

    [SmallDiskFact]
    public async Task A_disk_that_is_full_at_any_moment_keeps_the_checkout_as_it_was()
    {
        using var disk = await SmallDisk.MountAsync("size=3m");
        using var workspace = await Workspace.CreateAsync(at: Path.Combine(disk.Path, "platform"));
        var refused = 0;
        // From no free page, where not even the lock fits, to the one before all fits; every step fails at another file.
        for (var free = 0; ; free += 2 * Page)
        {
            disk.Fill(free);
            var before = workspace.Snapshot();
            var outcome = await workspace.RunAsync("render", "1.30.3", "--all-clusters");
            if (outcome.Code == 0) break;
            Assert.Equal("", outcome.Output);
            Workspace.AssertError(outcome, 3);
            Assert.Matches("disk is full|No space left on device", outcome.Error);
            Assert.Equal(before, workspace.Snapshot());
            refused++;
        }
        Assert.InRange(refused, 10, 100);
        Assert.Contains("nothing changes", await workspace.RenderAsync("1.30.3", "--all-clusters"), StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public async Task A_disk_that_is_full_when_a_rendering_replaces_another_keeps_the_old_one()
    {
        using var disk = await SmallDisk.MountAsync("size=3m");
        using var workspace = await Workspace.CreateAsync(at: Path.Combine(disk.Path, "platform"));
        await workspace.RenderAsync("1.30.3");
        workspace.Replace("vendor/1.30.3/all.yaml", "replicas: 1", "replicas: 2");
        for (var free = 0; ; free += Page)
        {
            disk.Fill(free);
            var before = workspace.Snapshot();
            var outcome = await workspace.RunAsync("render", "1.30.3");
            if (outcome.Code == 0) break;
            Workspace.AssertError(outcome, 3);
            Assert.Equal(before, workspace.Snapshot());
            Assert.InRange(free, 0, 20 * Page);
        }
    }

    [SmallDiskFact]
    public async Task A_disk_without_room_for_more_files_keeps_the_checkout_as_it_was()
    {
        using var disk = await SmallDisk.MountAsync("size=3m");
        using var workspace = await Workspace.CreateAsync(at: Path.Combine(disk.Path, "platform"));
        var there = await disk.CountAsync();
        for (var more = 0; ; more += 5)
        {
            await disk.RemountAsync($"nr_inodes={there + more}");
            var before = workspace.Snapshot();
            var outcome = await workspace.RunAsync("render", "1.30.3");
            if (outcome.Code == 0) break;
            Workspace.AssertError(outcome, 3);
            Assert.Equal(before, workspace.Snapshot());
            Assert.InRange(more, 0, 200);
        }
    }

    [SmallDiskFact]
    public async Task A_disk_that_is_full_during_a_commit_leaves_no_branch_and_no_worktree()
    {
        using var disk = await SmallDisk.MountAsync("size=3m");
        using var workspace = await Workspace.CreateAsync(at: Path.Combine(disk.Path, "platform"));
        var refused = 0;
        for (var free = 0; ; free += 16 * Page)
        {
            disk.Fill(free);
            var before = workspace.Snapshot();
            var outcome = await workspace.RunAsync("render", "1.30.3", "--commit");
            if (outcome.Code == 0) break;
            Assert.Equal("", outcome.Output);
            Workspace.AssertError(outcome, 3);
            Assert.Equal(before, workspace.Snapshot());
            Assert.False(Directory.Exists(workspace[".git/worktrees/meshlift~render~1.30.3~testing"]));
            refused++;
        }
        Assert.InRange(refused, 2, 20);
        Assert.Equal(1, await workspace.WorktreesAsync());
        File.Delete(Path.Combine(disk.Path, "ballast"));
        Assert.Contains("already proposed", await workspace.RenderAsync("1.30.3", "--commit"), StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public async Task A_read_only_disk_is_told_and_a_dry_run_needs_no_other()
    {
        using var disk = await SmallDisk.MountAsync("size=3m");
        using var workspace = await Workspace.CreateAsync(at: Path.Combine(disk.Path, "platform"));
        await disk.RemountAsync("ro");
        Assert.Contains("Read-only file system", await workspace.RefuseAsync(3, "1.30.3"), StringComparison.Ordinal);
        Assert.Contains("Read-only file system", await workspace.RefuseAsync(3, "1.30.3", "--commit"), StringComparison.Ordinal);
        Assert.Contains("20 files would be written or removed; nothing was", await workspace.RenderAsync("1.30.3", "--dry-run"), StringComparison.Ordinal);
        var error = await workspace.RefuseAsync(3, "1.30.3", "--until", "split", "--to", workspace["out"]);
        Assert.Contains("the file system is read-only\n  help: mount it writable", error, StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public async Task A_folder_that_turns_out_to_be_read_only_in_the_middle_undoes_what_was_done()
    {
        using var disk = await SmallDisk.MountAsync("size=3m");
        using var workspace = await Workspace.CreateAsync(at: Path.Combine(disk.Path, "platform"));
        await workspace.RenderAsync("1.29.6");
        await workspace.RenderAsync("1.30.3");
        workspace.Replace("vendor/1.30.3/all.yaml", "replicas: 1", "replicas: 2");
        workspace.Replace("vendor/1.30.3/all.yaml", "accessLogFile: /dev/stdout", "accessLogFile: /dev/stderr");
        workspace.Replace("vendor/1.30.3/all.yaml", "name: istio-sidecar-injector-1-30-3", "name: istio-sidecar-injector-1-30-3-istio-system");
        await disk.ProtectAsync(workspace[$"{Folder}/1-30-3/generated/deployment"]);
        var error = await workspace.RefuseAsync(3, "1.30.3");
        Assert.StartsWith($"error: cannot write to {Folder}: the file system is read-only; nothing was changed\n  help: ", error, StringComparison.Ordinal);
        disk.Unprotect();
        await workspace.RenderAsync("1.30.3");
        Assert.Contains("nothing changes", await workspace.RenderAsync("1.30.3"), StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public async Task A_full_folder_for_temporary_files_is_told()
    {
        using var disk = await SmallDisk.MountAsync("size=64k");
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("istio/patches/level.patch", """
            --- a/generated/deployment/istio-system/istiod-1-30-3.yaml
            +++ b/generated/deployment/istio-system/istiod-1-30-3.yaml
            @@ -14,3 +14,3 @@
                     - discovery
            -        - --log_output_level=default:info
            +        - --log_output_level=default:warn
                     image: registry.example.com/istio/pilot:1.30.3

            """);
        var temporary = Directory.CreateDirectory(Path.Combine(disk.Path, "tmp")).FullName;
        disk.Fill(0);
        var before = workspace.Snapshot();
        var outcome = await MeshliftProcess.RunAsync(workspace.Root, ["render", "1.30.3"], [("TMPDIR", temporary)]);
        Workspace.AssertError(outcome, 3);
        Assert.Contains("the disk is full", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(before, workspace.Snapshot());
        File.Delete(Path.Combine(disk.Path, "ballast"));
        outcome = await MeshliftProcess.RunAsync(workspace.Root, ["render", "1.30.3"], [("TMPDIR", temporary)]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary, "meshlift-*"));
    }
}
