using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Adapters.Processes;

namespace Meshlift.Tests.CommandLine;

/// <summary>The script <c>./meshlift</c>, beside sources of which a small program of the test's own takes the place of the SDK: a build takes a minute.</summary>
public sealed class ScriptTests : IDisposable
{
    // Notes every call; "builds" unless the sources are broken; runs by showing what it was given.
    private const string Sdk = """
        #!/bin/sh
        echo "$*" >> "$CALLS"
        if [ "$1" = build ]; then
          if grep -q broken "$2/../a.cs"; then
            echo "a.cs(1,1): error CS0001: this is broken"
            echo "a.cs(1,1): error CS0001: this is broken"
            exit 1
          fi
          mkdir -p "$2/../../artifacts/bin/Meshlift/release"
          cp "$2/../a.cs" "$2/../../artifacts/bin/Meshlift/release/meshlift.dll"
        else
          cat "$1"
          shift
          printf '[%s]' "$@"
          cat
          echo "to standard error" >&2
          exit 42
        fi
        """;

    private readonly TempFolder _folder = new();

    public ScriptTests()
    {
        _folder.WriteProgram("checkout/meshlift", File.ReadAllText(Path.Combine(FindRoot(), "meshlift")));
        _folder.WriteProgram("bin/dotnet", Sdk);
        _folder.Write("checkout/src/a.cs", "one ");
        foreach (var file in (string[])["Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig"]) _folder.Write($"checkout/{file}", "");
        Directory.CreateDirectory(_folder["checkout/src/Meshlift"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Arguments_streams_and_exit_code_pass_through()
    {
        var ran = await RunAsync("checkout/meshlift", "input", "render", "", "two words", "--x=$HOME");
        Assert.Equal((42, "one [render][][two words][--x=$HOME]input", "to standard error"), (ran.ExitCode, ran.OutputText, ran.ErrorText));
    }

    [Fact]
    public async Task It_builds_once_and_again_when_a_source_is_new_changed_or_gone()
    {
        await RunAsync("checkout/meshlift");
        Assert.Equal(1, Builds());
        await RunAsync("checkout/meshlift");
        await RunAsync("checkout/meshlift");
        Assert.Equal((1, 3), (Builds(), Calls().Length - 1));
        _folder.Write("checkout/src/a.cs", "two ");
        Assert.Equal("two []", (await RunAsync("checkout/meshlift", "", "")).OutputText);
        Assert.Equal(2, Builds());
        _folder.Write("checkout/src/Meshlift/b.cs", "");
        await RunAsync("checkout/meshlift");
        Assert.Equal(3, Builds());
        File.Delete(_folder["checkout/src/Meshlift/b.cs"]);
        await RunAsync("checkout/meshlift");
        Assert.Equal(4, Builds());
        _folder.Write("checkout/Directory.Packages.props", "");
        await RunAsync("checkout/meshlift");
        Assert.Equal(5, Builds());
        Directory.Delete(_folder["checkout/artifacts/bin"], recursive: true);
        await RunAsync("checkout/meshlift");
        Assert.Equal(6, Builds());
    }

    [Fact]
    public async Task Two_first_calls_at_once_build_once()
    {
        var both = await Task.WhenAll(RunAsync("checkout/meshlift"), RunAsync("checkout/meshlift"));
        Assert.All(both, ran => Assert.Equal(42, ran.ExitCode));
        Assert.Equal(1, Builds());
    }

    [Fact]
    public async Task Sources_that_do_not_build_are_told_once_and_tried_again()
    {
        await RunAsync("checkout/meshlift");
        _folder.Write("checkout/src/a.cs", "broken ");
        for (var i = 0; i < 2; i++)
        {
            var ran = await RunAsync("checkout/meshlift");
            Assert.Equal((3, ""), (ran.ExitCode, ran.OutputText));
            Assert.Equal("a.cs(1,1): error CS0001: this is broken\nerror: meshlift does not build\n  help: the errors of the compiler stand above", ran.ErrorText);
        }
        _folder.Write("checkout/src/a.cs", "mended ");
        Assert.Equal("mended []", (await RunAsync("checkout/meshlift", "", "")).OutputText);
    }

    [Fact]
    public async Task It_is_found_through_links_and_from_other_folders()
    {
        Directory.CreateDirectory(_folder["links"]);
        File.CreateSymbolicLink(_folder["links/one"], "../checkout/meshlift");
        File.CreateSymbolicLink(_folder["links/two"], _folder["links/one"]);
        foreach (var path in (string[])["links/one", "links/two", "checkout/../checkout/meshlift"])
            Assert.Equal(42, (await RunAsync(path)).ExitCode);
        Assert.Equal(1, Builds());
    }

    [Fact]
    public async Task Without_the_SDK_it_says_what_to_install()
    {
        File.Delete(_folder["bin/dotnet"]);
        File.CreateSymbolicLink(_folder["bin/readlink"], "/usr/bin/readlink");
        var bash = new ExternalProgram("/bin/bash", "install bash", TimeProvider.System);
        var ran = await bash.RunAsync(new ProgramCall("/", [_folder["checkout/meshlift"]]) { Variables = Variables(_folder["bin"]) }, default);
        Assert.Equal((3, "error: dotnet is not on the PATH\n  help: install the .NET SDK 10"), (ran.ExitCode, ran.ErrorText));
    }

    [Fact]
    public async Task A_second_call_costs_two_small_programs_besides_the_program_itself()
    {
        await RunAsync("checkout/meshlift");
        // Each of these notes that it was called; more than two would be felt.
        foreach (var program in (string[])["dirname", "readlink", "find", "flock", "touch", "mkdir", "mv", "awk", "git", "stat"])
            _folder.WriteProgram($"bin/{program}", $"#!/bin/sh\necho {program} >> \"$CALLS.small\"\nPATH=/usr/bin:/bin exec {program} \"$@\"\n");
        await RunAsync("checkout/meshlift");
        Assert.Equal(["find", "readlink"], File.ReadAllLines(_folder["calls.small"]).Order(StringComparer.Ordinal));
    }

    private int Builds() => Calls().Count(call => call.StartsWith("build ", StringComparison.Ordinal));

    private string[] Calls() => File.ReadAllLines(_folder["calls"]);

    private async Task<ProgramOutput> RunAsync(string path, string input = "", params string[] arguments) =>
        await new ExternalProgram(_folder[path], "it is there", TimeProvider.System).RunAsync(
            new ProgramCall("/", [.. arguments]) { Input = System.Text.Encoding.UTF8.GetBytes(input), Variables = Variables($"{_folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}") }, default);

    private ImmutableDictionary<string, string> Variables(string path) =>
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal).Add("PATH", path).Add("CALLS", _folder["calls"]);

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Meshlift.slnx"))) return folder;
        throw new DirectoryNotFoundException(string.Create(CultureInfo.InvariantCulture, $"the repository is not above {AppContext.BaseDirectory}"));
    }
}
