// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// The calls that Compound's timelock answers.
interface BravoTimelock {
    function acceptAdmin() external;
    function delay() external view returns (uint256);
    function GRACE_PERIOD() external view returns (uint256);
    function queueTransaction(address, uint256, string calldata, bytes calldata, uint256) external;
    function cancelTransaction(address, uint256, string calldata, bytes calldata, uint256) external;
    function executeTransaction(address, uint256, string calldata, bytes calldata, uint256) external payable;
}

interface BravoToken {
    function getPriorVotes(address account, uint256 blockNumber) external view returns (uint96);
}

interface BravoForerunner {
    function proposalCount() external view returns (uint256);
}

/// What the governor and the proxy in front of it both know: one layout of storage for the two.
abstract contract BravoState {
    struct Call {
        address target;
        uint256 value;
        string signature;
        bytes data;
    }

    struct Motion {
        address proposer;
        uint256 first;
        uint256 last;
        uint256 eta;
        bool cancelled;
        bool executed;
        uint256[3] votes;
        Call[] calls;
        mapping(address => bool) voted;
    }

    event NewImplementation(address oldImplementation, address newImplementation);

    address public implementation;
    address public admin;
    address public pendingAdmin;
    address public whitelistGuardian;
    BravoTimelock public timelock;
    BravoToken public token;
    uint256 public votingDelay;
    uint256 public votingPeriod;
    uint256 public proposalThreshold;
    uint256 public proposalCount;
    mapping(uint256 => Motion) internal motions;
    mapping(address => uint256) public latestProposalIds;
    mapping(address => uint256) public whitelistAccountExpirations;

    modifier onlyAdmin() {
        require(msg.sender == admin, "not the admin");
        _;
    }
}

/// A small governor of this project with the interface and the events of Compound's Governor Bravo:
/// votes counted as for, against and abstain, calls that wait in Compound's timelock.
contract Bravo is BravoState {
    enum State { Pending, Active, Canceled, Defeated, Succeeded, Queued, Expired, Executed }

    event ProposalCreated(
        uint256 id,
        address proposer,
        address[] targets,
        uint256[] values,
        string[] signatures,
        bytes[] calldatas,
        uint256 startBlock,
        uint256 endBlock,
        string description
    );
    event VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 votes, string reason);
    event ProposalQueued(uint256 id, uint256 eta);
    event ProposalExecuted(uint256 id);
    event ProposalCanceled(uint256 id);
    event VotingDelaySet(uint256 oldVotingDelay, uint256 newVotingDelay);
    event VotingPeriodSet(uint256 oldVotingPeriod, uint256 newVotingPeriod);
    event ProposalThresholdSet(uint256 oldProposalThreshold, uint256 newProposalThreshold);
    event NewPendingAdmin(address oldPendingAdmin, address newPendingAdmin);
    event NewAdmin(address oldAdmin, address newAdmin);
    event WhitelistGuardianSet(address oldGuardian, address newGuardian);
    event WhitelistAccountExpirationSet(address account, uint256 expiration);

    uint256 public constant quorumVotes = 400_000e18;

    /// Take over from an older governor: its ids are counted on, and the timelock obeys this one.
    function _initiate(address forerunner) external onlyAdmin {
        require(proposalCount == 0, "begun already");
        proposalCount = BravoForerunner(forerunner).proposalCount();
        timelock.acceptAdmin();
    }

    function propose(
        address[] memory targets,
        uint256[] memory values,
        string[] memory signatures,
        bytes[] memory calldatas,
        string memory description
    ) external returns (uint256) {
        require(mayPropose(msg.sender), "too few votes to propose");
        uint256 count = targets.length;
        require(count > 0 && count == values.length, "calls do not fit");
        require(count == signatures.length && count == calldatas.length, "calls do not fit");
        Motion storage motion = motions[++proposalCount];
        motion.proposer = msg.sender;
        motion.first = block.number + votingDelay;
        motion.last = motion.first + votingPeriod;
        for (uint256 i = 0; i < count; i++) {
            motion.calls.push(Call(targets[i], values[i], signatures[i], calldatas[i]));
        }
        latestProposalIds[msg.sender] = proposalCount;
        announce(targets, values, signatures, calldatas, description);
        return proposalCount;
    }

    // Apart from `propose`, or the event's nine arguments leave no room on the stack.
    function announce(
        address[] memory targets,
        uint256[] memory values,
        string[] memory signatures,
        bytes[] memory calldatas,
        string memory description
    ) private {
        Motion storage motion = motions[proposalCount];
        emit ProposalCreated(
            proposalCount,
            msg.sender,
            targets,
            values,
            signatures,
            calldatas,
            motion.first,
            motion.last,
            description
        );
    }

    function castVote(uint256 id, uint8 support) external {
        vote(id, support, "");
    }

    function castVoteWithReason(uint256 id, uint8 support, string calldata reason) external {
        vote(id, support, reason);
    }

    function vote(uint256 id, uint8 support, string memory reason) private {
        require(state(id) == State.Active, "voting is closed");
        Motion storage motion = motions[id];
        require(support < 3, "against, for or abstain");
        require(!motion.voted[msg.sender], "voted already");
        uint256 weight = token.getPriorVotes(msg.sender, motion.first);
        motion.voted[msg.sender] = true;
        motion.votes[support] += weight;
        emit VoteCast(msg.sender, id, support, weight, reason);
    }

    function queue(uint256 id) external {
        require(state(id) == State.Succeeded, "not succeeded");
        Motion storage motion = motions[id];
        motion.eta = block.timestamp + timelock.delay();
        for (uint256 i = 0; i < motion.calls.length; i++) {
            Call storage c = motion.calls[i];
            timelock.queueTransaction(c.target, c.value, c.signature, c.data, motion.eta);
        }
        emit ProposalQueued(id, motion.eta);
    }

    function execute(uint256 id) external payable {
        require(state(id) == State.Queued, "not queued");
        Motion storage motion = motions[id];
        motion.executed = true;
        for (uint256 i = 0; i < motion.calls.length; i++) {
            Call storage c = motion.calls[i];
            timelock.executeTransaction{value: c.value}(c.target, c.value, c.signature, c.data, motion.eta);
        }
        emit ProposalExecuted(id);
    }

    /// By its proposer; by anybody once the proposer lost the votes to propose, but if the proposer
    /// is on the whitelist by the guardian alone. The timelock forgets the calls, queued or not.
    function cancel(uint256 id) external {
        require(state(id) != State.Executed, "executed already");
        Motion storage motion = motions[id];
        if (msg.sender != motion.proposer) {
            require(power(motion.proposer) < proposalThreshold, "its proposer has the votes");
            require(
                !isWhitelisted(motion.proposer) || msg.sender == whitelistGuardian,
                "its proposer is on the whitelist"
            );
        }
        motion.cancelled = true;
        for (uint256 i = 0; i < motion.calls.length; i++) {
            Call storage c = motion.calls[i];
            timelock.cancelTransaction(c.target, c.value, c.signature, c.data, motion.eta);
        }
        emit ProposalCanceled(id);
    }

    function state(uint256 id) public view returns (State) {
        Motion storage motion = motions[id];
        require(motion.proposer != address(0), "no such proposal");
        if (motion.cancelled) return State.Canceled;
        if (motion.executed) return State.Executed;
        if (block.number <= motion.first) return State.Pending;
        if (block.number <= motion.last) return State.Active;
        if (motion.votes[1] <= motion.votes[0] || motion.votes[1] < quorumVotes) return State.Defeated;
        if (motion.eta == 0) return State.Succeeded;
        return block.timestamp < motion.eta + timelock.GRACE_PERIOD() ? State.Queued : State.Expired;
    }

    /// Votes against, for and abstaining, in this order.
    function tally(uint256 id) external view returns (uint256[3] memory) {
        return motions[id].votes;
    }

    function isWhitelisted(address account) public view returns (bool) {
        return block.timestamp < whitelistAccountExpirations[account];
    }

    function mayPropose(address account) private view returns (bool) {
        return power(account) > proposalThreshold || isWhitelisted(account);
    }

    function power(address account) private view returns (uint256) {
        return token.getPriorVotes(account, block.number - 1);
    }

    function _setVotingDelay(uint256 blocks) external onlyAdmin {
        emit VotingDelaySet(votingDelay, blocks);
        votingDelay = blocks;
    }

    function _setVotingPeriod(uint256 blocks) external onlyAdmin {
        emit VotingPeriodSet(votingPeriod, blocks);
        votingPeriod = blocks;
    }

    function _setProposalThreshold(uint256 votes) external onlyAdmin {
        emit ProposalThresholdSet(proposalThreshold, votes);
        proposalThreshold = votes;
    }

    function _setWhitelistGuardian(address account) external onlyAdmin {
        emit WhitelistGuardianSet(whitelistGuardian, account);
        whitelistGuardian = account;
    }

    function _setWhitelistAccountExpiration(address account, uint256 expiration) external {
        require(msg.sender == admin || msg.sender == whitelistGuardian, "neither admin nor guardian");
        whitelistAccountExpirations[account] = expiration;
        emit WhitelistAccountExpirationSet(account, expiration);
    }

    function _setPendingAdmin(address account) external onlyAdmin {
        emit NewPendingAdmin(pendingAdmin, account);
        pendingAdmin = account;
    }

    function _acceptAdmin() external {
        require(msg.sender == pendingAdmin, "not the pending admin");
        emit NewAdmin(admin, pendingAdmin);
        emit NewPendingAdmin(pendingAdmin, address(0));
        (admin, pendingAdmin) = (pendingAdmin, address(0));
    }
}

/// The address that users know: it keeps the state and runs the code of `implementation` on it.
contract BravoProxy is BravoState {
    constructor(
        BravoTimelock timelock_,
        BravoToken token_,
        address admin_,
        address code,
        uint256 period,
        uint256 delay,
        uint256 threshold
    ) {
        (timelock, token, admin) = (timelock_, token_, admin_);
        (votingPeriod, votingDelay, proposalThreshold) = (period, delay, threshold);
        become(code);
    }

    function _setImplementation(address code) external onlyAdmin {
        become(code);
    }

    function become(address code) private {
        require(code.code.length > 0, "no code there");
        emit NewImplementation(implementation, code);
        implementation = code;
    }

    fallback(bytes calldata data) external payable returns (bytes memory) {
        (bool done, bytes memory answer) = implementation.delegatecall(data);
        if (done) return answer;
        assembly {
            revert(add(answer, 32), mload(answer))
        }
    }

    receive() external payable {}
}
