using System.Diagnostics;
using Meshlift.Adapters.Git;
using Meshlift.Core;

namespace Meshlift.Tests.Git;

public sealed class RepositoryLockTests
{
    [Fact]
    public async Task A_second_run_is_told_who_is_writing_and_since_when()
    {
        using var repository = await TestRepository.CreateAsync();
        await repository.GitAsync("worktree", "add", "-q", repository.Home["linked"]);
        var (main, linked) = (await repository.FindAsync(), await repository.FindAsync(repository.Home["linked"]));
        using (RepositoryLock.Take(main, repository.Time))
        {
            var error = Assert.Throws<UserException>(() => RepositoryLock.Take(linked, repository.Time));
            Assert.Equal(ErrorKind.Refused, error.Kind);
            Assert.Equal($"another meshlift (pid {Environment.ProcessId}, since 2024-10-04 00:00:00 UTC) is writing to {linked.Root}", error.Message);
        }
        RepositoryLock.Take(linked, repository.Time).Dispose();
    }

    [Fact]
    public async Task A_killed_holder_frees_the_lock()
    {
        using var repository = await TestRepository.CreateAsync();
        var found = await repository.FindAsync();
        RepositoryLock.Take(found, repository.Time).Dispose();
        var path = Path.Combine(found.CommonDirectory, "meshlift", "lock");
        var start = new ProcessStartInfo("flock", ["--no-fork", path, "sh", "-c", "echo held; exec sleep 600"]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var holder = Process.Start(start)!;
        try
        {
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync());
            var error = Assert.Throws<UserException>(() => RepositoryLock.Take(found, repository.Time));
            Assert.Equal((ErrorKind.Refused, $"another meshlift is writing to {repository.Folder}"), (error.Kind, error.Message));
        }
        finally
        {
            holder.Kill();
        }
        await holder.WaitForExitAsync();
        RepositoryLock.Take(found, repository.Time).Dispose();
    }

    [Fact]
    public async Task What_a_killed_holder_said_does_not_keep_others_out()
    {
        using var repository = await TestRepository.CreateAsync();
        repository.Write(".git/meshlift/lock", "");
        repository.Write(".git/meshlift/lock.holder", "pid 1, since 2020-01-01 00:00:00 UTC\n");
        RepositoryLock.Take(await repository.FindAsync(), repository.Time).Dispose();
    }

    [Fact]
    public void A_folder_outside_of_any_repository_is_locked_by_whatever_path_it_is_reached()
    {
        using var home = new TempFolder();
        Directory.CreateDirectory(home["folder"]);
        Directory.CreateSymbolicLink(home["link"], home["folder"]);
        using (var held = RepositoryLock.Take(home["folder"], home["cache"], TimeProvider.System))
        {
            Assert.Equal(home["folder"], held.Folder);
            Assert.Throws<UserException>(() => RepositoryLock.Take(home["link"] + "/../folder/", home["cache"], TimeProvider.System));
            RepositoryLock.Take(home["other"], home["cache"], TimeProvider.System).Dispose();
        }
        RepositoryLock.Take(home["link"], home["cache"], TimeProvider.System).Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(home["folder"]));
    }

    [Fact]
    public void A_lock_that_cannot_be_written_is_told()
    {
        using var home = new TempFolder();
        home.Write("cache", "a file, not a folder");
        var error = Assert.Throws<UserException>(() => RepositoryLock.Take(home["folder"], home["cache"], TimeProvider.System));
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.Contains(" cannot be locked: ", error.Message, StringComparison.Ordinal);
    }
}
