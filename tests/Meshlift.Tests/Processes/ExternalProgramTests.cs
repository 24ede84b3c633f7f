using System.Collections.Immutable;
using Meshlift.Adapters.Processes;
using Meshlift.Core;

namespace Meshlift.Tests.Processes;

public sealed class ExternalProgramTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are()
    {
        string[] arguments = ["", "two words", "$HOME", "*", "'\"\\", "a\nb", "ä"];
        var output = await Program("printf").RunAsync(Call(["[%s]", .. arguments]), default);
        Assert.Equal(string.Concat(arguments.Select(argument => $"[{argument}]")), output.OutputText);
    }

    [Fact]
    public async Task A_program_sees_the_allowed_variables_and_the_given_ones_alone()
    {
        var surroundings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
            ["HOME"] = "/home/someone",
            ["LANG"] = "de_DE.UTF-8",
            ["LC_ALL"] = "de_DE.UTF-8",
            ["SSH_AUTH_SOCK"] = "/agent",
            ["GIT_SSH_COMMAND"] = "ssh -v",
            ["https_proxy"] = "http://proxy:1",
            ["XDG_CONFIG_HOME"] = "/config",
            ["GIT_DIR"] = "/elsewhere",
            ["LD_PRELOAD"] = "",
            ["TOKEN"] = "secret",
        };
        var program = new ExternalProgram("env", "install it", TimeProvider.System, surroundings);
        var output = await program.RunAsync(Call([]) with { Variables = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal).Add("OWN", "1") }, default);
        string[] expected =
        [
            "GIT_SSH_COMMAND=ssh -v", "HOME=/home/someone", "LANG=C", "LC_ALL=C", "OWN=1", "PATH=" + surroundings["PATH"], "SSH_AUTH_SOCK=/agent",
            "XDG_CONFIG_HOME=/config", "https_proxy=http://proxy:1",
        ];
        Assert.Equal(expected, output.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Input_and_output_are_bytes_and_any_exit_code_is_an_answer()
    {
        byte[] input = [0, 255, 13, 10, .. new byte[300_000]];
        var output = await Program("sh").RunAsync(Call(["-c", "cat; echo oops >&2; exit 7"]) with { Input = input }, default);
        Assert.Equal(input, output.Output.ToArray());
        Assert.Equal((7, "oops"), (output.ExitCode, output.ErrorText));
    }

    [Fact]
    public async Task A_program_may_leave_its_input_unread()
    {
        var output = await Program("true").RunAsync(Call([]) with { Input = new byte[1_000_000] }, default);
        Assert.Equal(0, output.ExitCode);
    }

    [Fact]
    public async Task A_program_without_input_reads_the_end_of_file()
    {
        Assert.Equal("", (await Program("cat").RunAsync(Call([]), default)).OutputText);
    }

    [Fact]
    public async Task Much_output_on_both_channels_does_not_block()
    {
        var output = await Program("sh").RunAsync(Call(["-c", "x() { head -c 500000 /dev/zero | tr '\\0' x; }; x >&2; x; x >&2"]), default);
        Assert.Equal((500_000, 1_000_000), (output.Output.Length, output.ErrorText.Length));
    }

    [Theory]
    [InlineData("yes", "output")]
    [InlineData("yes >&2", "error output")]
    public async Task Too_much_output_stops_the_program(string script, string named)
    {
        var error = await Assert.ThrowsAsync<UserException>(() =>
            Program("sh").RunAsync(Call(["-c", script]) with { LargestOutput = 100_000, LargestErrorOutput = 100_000 }, default));
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.Contains($"wrote more than 100000 bytes of {named} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_up_to_the_bound_is_taken()
    {
        var output = await Program("head").RunAsync(Call(["-c", "1000", "/dev/zero"]) with { LargestOutput = 1000 }, default);
        Assert.Equal(1000, output.Output.Length);
    }

    [Fact]
    public async Task The_time_limit_ends_the_program()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => Program("sleep").RunAsync(Call(["600"]) with { TimeLimit = TimeSpan.FromMilliseconds(50) }, default));
        Assert.Equal((ErrorKind.Environment, "'sleep 600' did not end within 0.05 s and was stopped"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Cancelling_kills_the_program_and_all_that_it_started()
    {
        await Program("mkfifo").RunAsync(Call(["pipe"]), default);
        using var cancel = new CancellationTokenSource();
        // Opening the pipe waits for the grandchild; reading it ends when the grandchild is gone.
        var grandchild = Task.Run(() =>
        {
            using var pipe = File.OpenRead(_folder["pipe"]);
            cancel.Cancel();
            return pipe.ReadByte();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Program("sh").RunAsync(Call(["-c", "sh -c 'sleep 600 > pipe; true' & wait"]), cancel.Token).WaitAsync(Soon));
        Assert.Equal(-1, await grandchild.WaitAsync(Soon));
    }

    [Fact]
    public async Task Something_left_in_the_background_is_not_waited_for()
    {
        // ssh with ControlPersist does this: the connection stays, and with it the pipe.
        var output = await Program("sh").RunAsync(Call(["-c", "sleep 20 & echo $!"]), default).WaitAsync(TimeSpan.FromSeconds(15));
        await Program("kill").RunAsync(Call([output.OutputText.Trim()]), default);
    }

    [Fact]
    public async Task A_missing_program_is_named_with_the_way_to_get_it()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => new ExternalProgram("no-such-program", "install it", TimeProvider.System).RunAsync(Call([]), default));
        Assert.Equal((ErrorKind.Environment, "the program 'no-such-program' is not on PATH", "install it"), (error.Kind, error.Message, error.Remedy));
    }

    [Fact]
    public async Task A_program_of_the_working_directory_is_not_taken_for_one_on_PATH()
    {
        _folder.WriteProgram("intruder", "#!/bin/sh\n");
        var program = new ExternalProgram("intruder", "install it", TimeProvider.System, new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = ".::/usr/bin:/bin" });
        await Assert.ThrowsAsync<UserException>(() => program.RunAsync(Call([]), default));
    }

    [Fact]
    public async Task A_program_that_is_none_and_a_folder_that_is_none_are_told()
    {
        _folder.WriteProgram("broken", "\u007fELF");
        var error = await Assert.ThrowsAsync<UserException>(() => Program(_folder["broken"]).RunAsync(Call([]), default));
        Assert.Contains("cannot be started", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<UserException>(() => Program("true").RunAsync(new ProgramCall(_folder["none"], []), default));
        Assert.Contains($"the folder {_folder["none"]}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_shows_command_exit_code_and_words_but_no_credentials()
    {
        var output = await Program("sh").RunAsync(Call(["-c", "echo fatal: no https://me:tok3n@example.com/x.git >&2; exit 128"]), default);
        var error = output.Failure("do it");
        Assert.StartsWith("'sh -c ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("failed with exit code 128: fatal: no https://***@example.com/x.git", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tok3n", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://user:token@host/p", "https://***@host/p")]
    [InlineData("https://token@host/p", "https://***@host/p")]
    [InlineData("'https://user:p@ss@host/p'", "'https://***@host/p'")]
    [InlineData("https://user:a/b?c#d@host/p", "https://***@host/p")]
    [InlineData("http://user:token@host:8080/p", "http://***@host:8080/p")]
    [InlineData("HTTPS://user:token@host", "HTTPS://***@host")]
    [InlineData("a https://x:y@h/ b ftp://u:v@h/", "a https://***@h/ b ftp://***@h/")]
    [InlineData("ssh://git@host/p", "ssh://git@host/p")]
    [InlineData("ssh://git:secret@host/p", "ssh://***@host/p")]
    [InlineData("git@github.com:acme/platform.git", "git@github.com:acme/platform.git")]
    [InlineData("https://host:8443/p@v1", "https://host:8443/p@v1")]
    [InlineData("https://host/p?a=1&private_token=abc&b=2", "https://host/p?a=1&private_token=***&b=2")]
    [InlineData("oci://host/p@sha256:00", "oci://host/p@sha256:00")]
    public void Credentials_of_urls_are_hidden(string text, string shown) => Assert.Equal(shown, Redaction.Hide(text));

    private static ExternalProgram Program(string name) => new(name, "install it", TimeProvider.System);

    private ProgramCall Call(ImmutableArray<string> arguments) => new(_folder.Path, arguments);
}
