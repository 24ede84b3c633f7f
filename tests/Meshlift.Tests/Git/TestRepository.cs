using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Commits;

namespace Meshlift.Tests.Git;

/// <summary>A real repository in a folder of its own, with one commit, and a user without any configuration of the machine's.</summary>
public sealed class TestRepository : IDisposable
{
    private readonly TempFolder _home = new();
    private readonly Dictionary<string, string> _surroundings;

    private TestRepository()
    {
        _surroundings = new(StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
            ["HOME"] = _home.Path,
            ["GIT_CONFIG_NOSYSTEM"] = "1",
        };
        Folder = _home["checkout"];
    }

    /// <summary>The user's checkout.</summary>
    public string Folder { get; private init; }

    /// <summary>The folder that holds the checkout, the user's home.</summary>
    public TempFolder Home => _home;

    /// <summary>The environment of the caller; to be changed before <see cref="Program"/> is asked for.</summary>
    public IDictionary<string, string> Surroundings => _surroundings;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; set; } = new FixedTime(DateTimeOffset.UnixEpoch.AddDays(20_000));

    /// <summary>The program under test, in that environment.</summary>
    public GitProgram Program => new(Time, _surroundings);

    public static async Task<TestRepository> CreateAsync()
    {
        var repository = new TestRepository();
        Directory.CreateDirectory(repository.Folder);
        await repository.GitAsync("init", "-q", "-b", "main");
        repository.Write("mesh.yaml", "one: 1\n");
        repository.Write("clusters/testing/keep.yaml", "kept: true\n");
        await repository.CommitAllAsync("Begin");
        return repository;
    }

    public static async Task<TestRepository> CreateEmptyAsync()
    {
        var repository = new TestRepository();
        Directory.CreateDirectory(repository.Folder);
        await repository.GitAsync("init", "-q", "-b", "main");
        return repository;
    }

    /// <summary>Runs git in the checkout, as the user would; fails the test when git fails.</summary>
    public Task<string> GitAsync(params string[] arguments) => GitInAsync(Folder, arguments);

    public async Task<string> GitInAsync(string folder, params string[] arguments)
    {
        var program = new ExternalProgram("git", "install git", TimeProvider.System, _surroundings);
        var variables = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal).Add("GIT_CONFIG_NOSYSTEM", "1");
        var output = await program.RunAsync(
            new ProgramCall(folder, ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null",
                "-c", "protocol.file.allow=always", .. arguments]) { Variables = variables }, default);
        Assert.True(output.ExitCode == 0, $"git {string.Join(' ', arguments)}: {output.ErrorText}");
        return output.OutputText.TrimEnd('\n');
    }

    public string Write(string relative, string text) => _home.Write(Path.Combine(Folder, relative), text);

    public async Task<CommitId> CommitAllAsync(string message)
    {
        await GitAsync("add", "--all");
        await GitAsync("commit", "-q", "--allow-empty", "-m", message);
        return await HeadAsync();
    }

    public async Task<CommitId> HeadAsync() => CommitId.Parse(await GitAsync("rev-parse", "HEAD"));

    /// <summary>Finds the repository with the program under test.</summary>
    public async Task<GitRepository> FindAsync(string? folder = null) => (await GitRepository.FindAsync(Program, folder ?? Folder, default))!;

    /// <summary>What the user sees of the checkout: every file, the index, the configuration, and what HEAD and other branches than Meshlift's point to, byte for byte.</summary>
    public async Task<string> SnapshotAsync()
    {
        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var relative = Path.GetRelativePath(Folder, file);
            if (relative.StartsWith(".git/", StringComparison.Ordinal) && relative is not (".git/index" or ".git/HEAD" or ".git/config")) continue;
            text.AppendLine(relative).AppendLine(Convert.ToHexString(await File.ReadAllBytesAsync(file)));
        }
        var references = (await GitAsync("for-each-ref")).Split('\n').Where(line => !line.Contains("/meshlift/", StringComparison.Ordinal));
        return text.AppendJoin('\n', references).ToString();
    }

    public void Dispose() => _home.Dispose();

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
